import { randomUUID } from "node:crypto";
import { oneLine, ProblemError } from "../../errors/problem.ts";
import type { RuntimeLayerSpec } from "../../packages/layer-spec.ts";
import { operatingSystem } from "../../packages/operating-system.ts";
import type { ContainerEngine } from "../ports.ts";
import { type InstallReport, parseInstall } from "./install-output.ts";
import { installProblem, isNetworkTrouble } from "./install-problem.ts";
import { INSTALL_SCRIPT } from "./install-script.ts";
import type { Fetch } from "./repositories.ts";
import { type RepositoryArguments, repositoryArguments } from "./repositories.ts";

const ATTEMPTS = 3;

export interface Installation {
  readonly engine: ContainerEngine;
  /** Id of the image. */
  readonly image: string;
  readonly spec: RuntimeLayerSpec;
  /** Of every container of this build. */
  readonly labels: Readonly<Record<string, string>>;
  readonly fetch: Fetch;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface Installed {
  /** Name of the container that holds the packages; stopped. */
  readonly container: string;
  readonly report: InstallReport;
}

/**
 * Installs the package set in one container of the image, without host folders, credentials or the image's own
 * library path (the libraries of the runtime break the package manager's).
 */
export async function installPackages(installation: Installation): Promise<Installed> {
  const { engine, spec, fetch, sleep } = installation;
  refuseReleaseOnAl2(spec);
  const repositories = await repositoryArguments(spec.repositories, fetch);
  for (let attempt = 1; ; attempt++) {
    const container = containerName();
    try {
      const report = await runOnce(installation, container, repositories);
      const problem = installProblem(report, spec);
      if (problem === undefined) return { container, report };
      if (!isNetworkTrouble(report) || attempt === ATTEMPTS) throw new ProblemError(problem);
    } catch (failure) {
      await engine.remove(container);
      throw failure;
    }
    await engine.remove(container);
    await sleep(3 ** attempt * 1000);
  }
}

/** A name for a container that no other has. */
export const containerName = (): string => `nativedeps-${randomUUID()}`;

async function runOnce(
  { engine, image, spec, labels }: Installation,
  container: string,
  repositories: readonly RepositoryArguments[],
): Promise<InstallReport> {
  const separator = `@@${randomUUID()}`;
  const outcome = await engine.run({
    name: container,
    image,
    labels,
    environment: { LD_LIBRARY_PATH: "", LC_ALL: "C", HOME: "/root", ACCEPT_EULA: "Y" },
    script: INSTALL_SCRIPT,
    args: [separator, spec.release ?? "-", String(repositories.length), ...repositories.flat(), ...spec.packages],
  });
  const report = parseInstall(outcome.stdout, separator, spec.packages);
  if (report !== undefined) return report;
  throw new ProblemError({
    code: "ND102",
    where: engine.name,
    what: `the installation container stopped with exit code ${outcome.exitCode} before its end (${oneLine(outcome.stderr).slice(-300)})`,
    todo: "see that the engine runs containers and that disk and memory suffice, then build again",
  });
}

function refuseReleaseOnAl2(spec: RuntimeLayerSpec): void {
  if (spec.release === null || operatingSystem(spec.runtime) !== "al2") return;
  throw new ProblemError({
    code: "ND109",
    where: "Packages.Release",
    what: `${spec.runtime} stands on Amazon Linux 2, whose repositories have no dated releases`,
    todo: "remove Release",
  });
}
