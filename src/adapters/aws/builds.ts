import type { Build as ServiceBuild } from "@aws-sdk/client-codebuild";
import type { Build, Builds } from "../../engine/ports.ts";
import { ProblemError } from "../../errors/problem.ts";
import type { Architecture } from "../../packages/layer-spec.ts";
import { call, codeOf, lazy } from "./call.ts";
import { clientOptions } from "./client-options.ts";

const codebuild = lazy(async () => {
  const sdk = await import("@aws-sdk/client-codebuild");
  return { client: new sdk.CodeBuildClient(clientOptions), ...sdk };
});

/** Name of the build project of each architecture; empty where none is installed. */
export type Projects = Readonly<Record<Architecture, string>>;

/** Answers that say "not now": a full queue, or too many calls. */
const NO_ROOM = ["AccountLimitExceededException", "ThrottlingException", "TooManyRequestsException"];

/** The account may run no builds at all: new accounts begin so. Nothing changes that but a request to AWS. */
const isQuotaZero = (failure: unknown): boolean =>
  codeOf(failure) === "AccountLimitExceededException" && /more than 0 builds/.test((failure as Error).message);

const quotaZero = (project: string): ProblemError =>
  new ProblemError({
    code: "ND031",
    where: `CodeBuild project ${project}`,
    what: "this account may run no builds in this region: its quota is 0",
    todo: 'ask for more in Service Quotas, AWS CodeBuild, "Concurrently running builds" of the project\'s environment, then deploy again',
  });

/** BatchGetBuilds takes at most this many ids. */
const BATCH = 100;

function buildOf(build: ServiceBuild): Build {
  const status = build.buildStatus ?? "UNKNOWN";
  const state = status === "IN_PROGRESS" ? "running" : status === "SUCCEEDED" ? "succeeded" : "failed";
  return { id: build.id ?? "", state, status, logUrl: build.logs?.deepLink ?? "CodeBuild console" };
}

async function fetchBuilds(ids: readonly string[]): Promise<readonly ServiceBuild[]> {
  const { client, BatchGetBuildsCommand } = await codebuild();
  const batches = Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, i) =>
    ids.slice(i * BATCH, (i + 1) * BATCH),
  );
  const answers = await Promise.all(
    batches.map((batch) =>
      call("codebuild:BatchGetBuilds", () => client.send(new BatchGetBuildsCommand({ ids: [...batch] }))),
    ),
  );
  return answers.flatMap((answer) => answer.builds ?? []);
}

const keyOf = (build: ServiceBuild): string | undefined =>
  build.environment?.environmentVariables?.find(({ name }) => name === "NATIVEDEPS_KEY")?.value;

function projectFor(projects: Projects, arch: Architecture): string {
  if (projects[arch] !== "") return projects[arch];
  throw new ProblemError({
    code: "ND012",
    where: "NativeDeps",
    what: `this installation builds no layers for ${arch}`,
    todo: `update its stack with Architectures: x86_64,${arch}, or use another architecture`,
  });
}

/** Layer builds as CodeBuild runs of the installation's own projects. */
export function awsBuilds(projects: Projects): Builds {
  return {
    async start(request) {
      const project = projectFor(projects, request.arch);
      const { client, StartBuildCommand } = await codebuild();
      const variables = {
        NATIVEDEPS_KEY: request.key,
        NATIVEDEPS_LAYER_NAME: request.layerName,
        NATIVEDEPS_REFRESH: "0",
      };
      const command = new StartBuildCommand({
        projectName: project,
        idempotencyToken: request.token,
        environmentVariablesOverride: Object.entries(variables).map(([name, value]) => ({ name, value })),
      });
      return call(`codebuild:StartBuild on ${project}`, async () => {
        try {
          return { id: (await client.send(command)).build?.id ?? "" };
        } catch (failure) {
          if (isQuotaZero(failure)) throw quotaZero(project);
          if (NO_ROOM.includes(codeOf(failure))) return "refused";
          throw failure;
        }
      });
    },
    async describe(ids) {
      return (await fetchBuilds(ids)).map(buildOf);
    },
    async running(key, arch) {
      const { client, ListBuildsForProjectCommand } = await codebuild();
      const project = projectFor(projects, arch);
      const command = new ListBuildsForProjectCommand({ projectName: project, sortOrder: "DESCENDING" });
      // One page, 100 builds, newest first: a build still running is among them unless 100 younger ones are.
      const page = await call(`codebuild:ListBuildsForProject on ${project}`, () => client.send(command));
      const builds = page.ids === undefined || page.ids.length === 0 ? [] : await fetchBuilds(page.ids);
      return builds.find((build) => build.buildStatus === "IN_PROGRESS" && keyOf(build) === key)?.id;
    },
  };
}
