import { accessSync, constants } from "node:fs";
import {
  type ContainerEngine,
  type ContainerFileSystem,
  type ContainerRun,
  type LocalImage,
  PullFailure,
} from "../../assembler/ports.ts";
import { oneLine, ProblemError } from "../../errors/problem.ts";
import { type ProcessOutcome, runProcess } from "./run-process.ts";

const NO_SUCH_IMAGE = /no such (image|object)|image not known|unable to find image|failed to find image/i;
const NO_SUCH_CONTAINER = /no such container|no container with (name|id)/i;

/**
 * docker or podman, by their command.
 *
 * @param signal ends a pull or a run at once; removing still works after it
 */
export function containerEngine(name: "docker" | "podman", signal: AbortSignal): ContainerEngine {
  return {
    name,
    findImage: (ref) => findImage(name, ref, signal),
    async pull(ref) {
      const outcome = await runProcess(name, ["pull", "--quiet", ref], { signal });
      if (outcome.exitCode !== 0) throw new PullFailure(oneLine(outcome.stderr));
    },
    run: (request) => runProcess(name, runArguments(request), { signal }),
    fileSystem: (container) => fileSystem(name, container, signal),
    async remove(container) {
      // podman grants a running container ten seconds unless told otherwise; docker does not.
      const grace = name === "podman" ? ["--time", "0"] : [];
      const outcome = await runProcess(name, ["rm", "--force", "--volumes", ...grace, container]);
      if (outcome.exitCode !== 0 && !NO_SUCH_CONTAINER.test(outcome.stderr)) throw engineFailure(name, "rm", outcome);
    },
  };
}

function runArguments(request: ContainerRun): string[] {
  return [
    ...["run", "--name", request.name, "--pull", "never", "--user", "0:0", "--workdir", "/"],
    ...["--entrypoint", "/bin/sh"],
    ...Object.entries(request.labels).flatMap(([label, value]) => ["--label", `${label}=${value}`]),
    ...Object.entries(request.environment).flatMap(([variable, value]) => ["--env", `${variable}=${value}`]),
    ...[request.image, "-c", request.script, "nativedeps", ...request.args],
  ];
}

async function findImage(name: string, ref: string, signal: AbortSignal): Promise<LocalImage | undefined> {
  const outcome = await runProcess(name, ["image", "inspect", ref], { signal });
  if (outcome.exitCode !== 0) {
    if (NO_SUCH_IMAGE.test(outcome.stderr)) return undefined;
    throw engineFailure(name, "image inspect", outcome);
  }
  const [image] = JSON.parse(outcome.stdout) as [{ Id: string; Digest?: string; RepoDigests?: string[] }];
  const digest = image.RepoDigests?.[0]?.split("@")[1] ?? image.Digest;
  return { id: image.Id, digest: digest === undefined || digest === "" ? image.Id : digest };
}

async function fileSystem(
  name: string,
  container: string,
  signal: AbortSignal,
): Promise<ContainerFileSystem | undefined> {
  const outcome = await runProcess(name, ["container", "inspect", container], { signal });
  if (outcome.exitCode !== 0) throw engineFailure(name, "container inspect", outcome);
  const [found] = JSON.parse(outcome.stdout) as [{ GraphDriver?: { Data?: { UpperDir?: string; LowerDir?: string } } }];
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

const engineFailure = (name: string, verb: string, outcome: ProcessOutcome): ProblemError =>
  new ProblemError({
    code: "ND102",
    where: name,
    what: `\`${name} ${verb}\` failed with exit code ${outcome.exitCode} (${oneLine(outcome.stderr).slice(-300)})`,
    todo: `see that ${name} works for this user`,
  });
