import { readdirSync, readFileSync } from "node:fs";
import { must, ROOT, type RunOptions, run } from "./commands.ts";

/** The tests' own lab, beside the one that a person may have up. */
export const RUN_DIR = `${ROOT}/.cache/lab/run-test`;
export const labEnv = { LAB_RUN_DIR: RUN_DIR };

const LAB = `${ROOT}/lab/bin/lab`;
export const lab = (...args: string[]): Promise<string> => must(LAB, args, { env: labEnv });

/** The environment after a command's `export` lines, as a shell that evaluates them has it. */
export async function environmentAfter(command: string): Promise<LabEnvironment> {
  const text = await must("bash", ["-c", `exports=$(${command}) && eval "$exports" && env --null`], { env: labEnv });
  return Object.fromEntries(text.split("\0").map((line) => [line.split("=", 1)[0], line.slice(line.indexOf("=") + 1)]));
}

/** The environment in which `sam`, `aws` and `podman` work with the lab. */
export const labEnvironment = (): Promise<LabEnvironment> => environmentAfter(`${LAB} env`);

export interface JournalLine {
  readonly service: string;
  readonly op: string;
  readonly role: string;
  readonly status: number;
  readonly params: Readonly<Record<string, unknown>>;
}

export async function journal(): Promise<readonly JournalLine[]> {
  const text = await lab("journal", "--json");
  return text.split("\n").flatMap((line) => (line.startsWith("{") ? (JSON.parse(line) as JournalLine) : []));
}

/** How often an operation has been called so far. */
export async function calls(op: string): Promise<number> {
  return (await journal()).filter((line) => line.op === op).length;
}

/** The same, without the calls that a test made itself. */
export async function ownCalls(op: string): Promise<number> {
  return (await journal()).filter((line) => line.op === op && line.role !== "deployer").length;
}

export type LabEnvironment = Readonly<Record<string, string>>;

/** A lab that is up, with whatever is in it. */
export async function labUp(): Promise<LabEnvironment> {
  await lab("up");
  return labEnvironment();
}

/** A lab with nothing in it but the freshly installed macro. */
export async function freshLab(): Promise<LabEnvironment> {
  const env = await labUp();
  await lab("reset");
  await must("bash", ["scripts/install", "--bucket", env.LAB_BUCKET ?? ""], { env });
  return env;
}

/** `aws …` against the stand-in, its answer parsed. */
export async function aws<T>(env: LabEnvironment, ...args: string[]): Promise<T> {
  return JSON.parse(await must("aws", [...args, "--output", "json"], { env })) as T;
}

export interface Invocation {
  /** False if the function failed; the answer then holds errorType and errorMessage, as Lambda's does. */
  readonly ok: boolean;
  readonly answer: Readonly<Record<string, unknown>>;
}

/** `lab invoke`. */
export async function invoke(fn: string, ...options: string[]): Promise<Invocation> {
  const { code, stdout, output } = await run(LAB, ["invoke", fn, ...options], { env: labEnv });
  if (stdout.trim() === "") throw new Error(`lab invoke ${fn}: ${output}`);
  return { ok: code === 0, answer: JSON.parse(stdout) as Invocation["answer"] };
}

/** A server that is up until it is told otherwise. */
export interface Server {
  readonly env: LabEnvironment;
  down(): Promise<void>;
}

/** A real MariaDB server whose user logs in with a dynamic client plugin. */
export async function database(): Promise<Server> {
  const options: RunOptions = { env: labEnv };
  await must(`${ROOT}/lab/bin/database`, ["up"], options);
  const env = await environmentAfter(`${ROOT}/lab/bin/database env`);
  return { env, down: async () => void (await must(`${ROOT}/lab/bin/database`, ["down"], options)) };
}

/** Third-party repositories on this machine, good and broken ones; `env` says where, and the key's fingerprint. */
export async function thirdPartyRepositories(): Promise<Server> {
  const command = `${ROOT}/lab/bin/repositories`;
  await must(command, ["up"], { env: labEnv });
  const env = await environmentAfter(`${command} env`);
  return { env, down: async () => void (await must(command, ["down"], { env: labEnv })) };
}

/** The fragments that the macro has answered with, oldest first, as the bytes they came in. */
export function macroFragments(): readonly string[] {
  const folder = `${RUN_DIR}/macro`;
  const files = readdirSync(folder).filter((file) => file.endsWith("-response.json"));
  const inOrder = files.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  return inOrder.map((file) => readFileSync(`${folder}/${file}`, "utf8"));
}
