import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildResult } from "../../../src/packages/build-result.ts";
import type { RuntimeLayerSpec } from "../../../src/packages/layer-spec.ts";
import { ROOT, run } from "./commands.ts";
import type { LabEnvironment } from "./lab.ts";

/** How the assembler is called: what must make no difference to the layer, and what is to go wrong. */
export interface Way {
  readonly engine?: "podman" | "docker";
  readonly zone?: string;
  readonly umask?: string;
  /** Where the build happens, below a folder that is new each time. */
  readonly sub?: string;
  /** Bash that runs before the assembler, in its folder. */
  readonly before?: string;
  readonly env?: LabEnvironment;
}

export interface Assembly {
  readonly code: number;
  readonly output: string;
  /** Holds spec.json and out/. */
  readonly folder: string;
  readonly result: BuildResult;
  /** Names in out/, sorted. */
  readonly left: readonly string[];
}

const folders: string[] = [];

/** A folder of its own, gone after {@link removeAssemblies}. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "nativedeps-assemble-"));
  folders.push(folder);
  return folder;
}

export const isTemporary = (path: string): boolean => folders.some((folder) => path.startsWith(`${folder}/`));

export function removeAssemblies(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Writes a layer spec, with al2023's python3.13 where it says nothing else. */
export function writeSpec(folder: string, spec: Partial<RuntimeLayerSpec>): void {
  const whole: RuntimeLayerSpec = {
    ...{ v: 1, kind: "runtime", runtime: "python3.13", arch: "x86_64", packages: [], repositories: [] },
    ...{ release: null, keep: [], drop: [], recipe: 1 },
    ...spec,
  };
  writeFileSync(`${folder}/spec.json`, JSON.stringify(whole));
}

/** Of `node`, for a build from spec.json into out, in the folder where it runs. */
export const assemblerArguments = (engine: "podman" | "docker" = "podman"): readonly string[] => [
  ...[`${ROOT}/dist/assembler.cjs`, "build", "--spec", "spec.json", "--out", "out", "--engine", engine],
];

/** Runs the built assembler, as CodeBuild or a laptop does, in a lab whose environment is given. */
export async function assemble(env: LabEnvironment, spec: Partial<RuntimeLayerSpec>, way: Way = {}): Promise<Assembly> {
  const folder = join(temporaryFolder(), way.sub ?? "");
  mkdirSync(folder, { recursive: true });
  writeSpec(folder, spec);
  const command = `umask ${way.umask ?? "022"}; ${way.before ?? ":"}; exec node "$@"`;
  const { code, output } = await run("bash", ["-c", command, "bash", ...assemblerArguments(way.engine)], {
    cwd: folder,
    env: { ...env, TZ: way.zone ?? "UTC", ...way.env },
  });
  const result = JSON.parse(readFileSync(`${folder}/out/result.json`, "utf8")) as BuildResult;
  return { code, output, folder, result, left: readdirSync(`${folder}/out`).sort() };
}
