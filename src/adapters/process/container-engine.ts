import { accessSync, constants } from "node:fs";
import {
  type ContainerEngine,
  type ContainerFileSystem,
  type ContainerOutcome,
  type ContainerRun,
  type EngineStream,
  type LocalImage,
  PullFailure,
} from "../../assembler/ports.ts";
import { oneLine, ProblemError } from "../../errors/problem.ts";
import { dockerChanges, podmanChanges } from "./container-changes.ts";
import { type ProcessOptions, type ProcessOutcome, runProcess, streamProcess } from "./run-process.ts";

const NO_SUCH_IMAGE = /no such (image|object)|image not known|unable to find image|failed to find image/i;
const NO_SUCH_CONTAINER = /no such container|no container with (name|id)/i;

/** One call of the engine's command. */
interface Command {
  /** Whatever its exit code. */
  run(args: readonly string[], options?: ProcessOptions): Promise<ProcessOutcome>;
  /** What it prints. @throws ProblemError ND102 if it fails */
  must(args: readonly string[], options?: ProcessOptions): Promise<string>;
  stream(args: readonly string[]): EngineStream;
}

function commandOf(name: string, signal: AbortSignal): Command {
  const run: Command["run"] = (args, options) => runProcess(name, args, { signal, ...options });
  return {
    run,
    async must(args, options) {
      const outcome = await run(args, options);
      if (outcome.exitCode !== 0) throw engineFailure(name, args, outcome);
      return outcome.stdout;
    },
    stream(args) {
      const { stdout, outcome } = streamProcess(name, args, { signal });
      const done = async (): Promise<void> => {
        const { exitCode, stderr } = await outcome;
        if (exitCode !== 0) throw engineFailure(name, args, { exitCode, stderr });
      };
      return { bytes: stdout, done };
    },
  };
}

/**
 * docker or podman, by their command.
 *
 * @param signal ends a pull or a run at once; removing still works after it
 */
export function containerEngine(name: "docker" | "podman", signal: AbortSignal): ContainerEngine {
  const command = commandOf(name, signal);
  const always = commandOf(name, new AbortController().signal);
  return {
    name,
    findImage: (ref) => findImage(name, command, ref),
    async pull(ref) {
      const outcome = await command.run(["pull", "--quiet", ref]);
      if (outcome.exitCode !== 0) throw new PullFailure(oneLine(outcome.stderr));
    },
    run: (request) => run(command, request),
    async create({ name: container, image, labels }) {
      await command.must(["create", "--name", container, "--pull", "never", ...labelArguments(labels), image]);
    },
    fileSystem: (container) => fileSystem(command, container),
    changes: (container) => (name === "podman" ? podmanChanges(command, container) : dockerChanges(command, container)),
    copyOut: (container, path) => command.stream(["cp", `${container}:${path}`, "-"]),
    async remove(container) {
      // podman grants a running container ten seconds unless told otherwise; docker does not.
      const args = ["rm", "--force", "--volumes", ...(name === "podman" ? ["--time", "0"] : []), container];
      const outcome = await always.run(args);
      if (outcome.exitCode !== 0 && !NO_SUCH_CONTAINER.test(outcome.stderr)) throw engineFailure(name, args, outcome);
    },
    async labelled(label, value) {
      const ids = await always.must(["ps", "--all", "--quiet", "--filter", `label=${label}=${value}`]);
      return ids.split("\n").filter((id) => id !== "");
    },
  };
}

const labelArguments = (labels: ContainerRun["labels"]): string[] =>
  Object.entries(labels).flatMap(([label, value]) => ["--label", `${label}=${value}`]);

function runArguments(request: ContainerRun): string[] {
  return [
    ...["--name", request.name, "--pull", "never", "--user", "0:0", "--workdir", "/", "--entrypoint", "/bin/sh"],
    ...(request.files === undefined ? [] : ["--network", "none"]),
    ...labelArguments(request.labels),
    ...Object.entries(request.environment).flatMap(([variable, value]) => ["--env", `${variable}=${value}`]),
    ...[request.image, "-c", request.script, "nativedeps", ...request.args],
  ];
}

async function run(command: Command, request: ContainerRun): Promise<ContainerOutcome> {
  if (request.files === undefined) return command.run(["run", ...runArguments(request)]);
  await command.must(["create", ...runArguments(request)]);
  await command.must(["cp", "-", `${request.name}:/`], { input: request.files });
  return command.run(["start", "--attach", request.name]);
}

async function findImage(name: string, command: Command, ref: string): Promise<LocalImage | undefined> {
  const args = ["image", "inspect", ref];
  const outcome = await command.run(args);
  if (outcome.exitCode !== 0) {
    if (NO_SUCH_IMAGE.test(outcome.stderr)) return undefined;
    throw engineFailure(name, args, outcome);
  }
  const [image] = JSON.parse(outcome.stdout) as [{ Id: string; Digest?: string; RepoDigests?: string[] }];
  const digest = image.RepoDigests?.[0]?.split("@")[1] ?? image.Digest;
  return { id: image.Id, digest: digest === undefined || digest === "" ? image.Id : digest };
}

async function fileSystem(command: Command, container: string): Promise<ContainerFileSystem | undefined> {
  const text = await command.must(["container", "inspect", container]);
  const [found] = JSON.parse(text) as [{ GraphDriver?: { Data?: { UpperDir?: string; LowerDir?: string } } }];
  const { UpperDir: upper, LowerDir: lowerList } = found.GraphDriver?.Data ?? {};
  if (upper === undefined || lowerList === undefined) return undefined;
  const lower = lowerList.split(":");
  return [upper, ...lower].every(isReadable) ? { upper, lower } : undefined;
}

function isReadable(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function engineFailure(name: string, args: readonly string[], outcome: Omit<ProcessOutcome, "stdout">): ProblemError {
  const verb = args[0] === "container" || args[0] === "image" ? args.slice(0, 2).join(" ") : args[0];
  return new ProblemError({
    code: "ND102",
    where: name,
    what: `\`${name} ${verb}\` failed with exit code ${outcome.exitCode} (${oneLine(outcome.stderr).slice(-300)})`,
    todo: `see that ${name} works for this user`,
  });
}
