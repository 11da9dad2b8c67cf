import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { must } from "./support/commands.ts";
import { output } from "./support/example.ts";
import { aws, calls, freshLab, type LabEnvironment, lab } from "./support/lab.ts";
import { type CallMacro, installedMacro, layersIn, templateOf } from "./support/macro.ts";

let number = 0;
/** A template that asks for a layer nobody has asked for yet. */
const newTemplate = (packages = "jq") => templateOf([{ Runtime: [packages], Keep: [`share/doc/${number++}`] }]);

interface Fault {
  readonly service: string;
  readonly op: string;
  readonly [option: string]: unknown;
}

const lost = (service: string, op: string, match?: string): Fault => ({
  service,
  op,
  drop: true,
  ...(match && { match }),
});
const refused = (service: string, op: string, error: string | object, times: number, match?: string): Fault => ({
  ...{ service, op, error, times },
  ...(match && { match }),
});
/** Kills the macro as it makes the call, which is not carried out. */
const killed = (service: string, op: string, match?: string): Fault => ({
  service,
  op,
  kill: true,
  ...(match && { match }),
});
const conflict = { code: "ConditionalRequestConflict", status: 409 };
const denied = (action: string): object => ({
  code: "AccessDeniedException",
  status: 403,
  message: `User: arn:aws:sts::123456789012:assumed-role/x is not authorized to perform: ${action} on resource: y`,
});

const add = (fault: Fault) => lab("fault", "add", JSON.stringify(fault));

describe("the engine in trouble", () => {
  let env: LabEnvironment;
  let macro: CallMacro;

  beforeAll(async () => {
    env = await freshLab();
    macro = await installedMacro(env);
  });

  afterEach(async () => {
    await lab("fault", "clear");
    await lab("config", JSON.stringify({ concurrentBuilds: 2 }));
  });

  /** What a deployment adds: builds begun and versions published. */
  async function added<T>(run: () => Promise<T>) {
    const before = [await calls("StartBuild"), await publications(env)] as const;
    const result = await run();
    const after = [await calls("StartBuild"), await publications(env)] as const;
    return { result, starts: after[0] - before[0], versions: after[1] - before[1] };
  }

  describe("that the user does not see", () => {
    it.each<readonly [string, readonly Fault[]]>([
      ["the answer to a claim gets lost", [lost("s3", "PutObject", "builds/")]],
      ["another write of the claim is under way", [refused("s3", "PutObject", conflict, 1, "builds/")]],
      ["the answer to the record of a build gets lost", [lost("s3", "PutObject", "IfMatch")]],
      ["S3 asks to slow down", [refused("s3", "PutObject", "SlowDown", 2), refused("s3", "GetObject", "SlowDown", 2)]],
      ["Lambda fails twice", [refused("lambda", "ListLayerVersions", "ServiceException", 2)]],
      ["Lambda has too many requests", [refused("lambda", "ListLayerVersions", "TooManyRequestsException", 2)]],
      ["the answer to a start gets lost", [lost("codebuild", "StartBuild")]],
      ["the answer to a start is late", [{ service: "codebuild", op: "StartBuild", delayMs: 8_000 }]],
      ["the answer of the listing is late", [{ service: "lambda", op: "ListLayerVersions", delayMs: 8_000 }]],
      ["CodeBuild throttles starts for a while", [refused("codebuild", "StartBuild", "ThrottlingException", 4)]],
      ["CodeBuild has no room for a while", [refused("codebuild", "StartBuild", "AccountLimitExceededException", 1)]],
      ["CodeBuild fails when asked for builds", [refused("codebuild", "BatchGetBuilds", "InternalFailure", 2)]],
      ["the answer to a publication gets lost", [lost("lambda", "PublishLayerVersion")]],
      ["the answer of the listing gets lost", [lost("lambda", "ListLayerVersions")]],
    ])("%s", async (_name, faults) => {
      for (const fault of faults) await add(fault);
      const { result, versions } = await added(() => macro(newTemplate()));
      expect(result.errorMessage).toBeUndefined();
      expect(layersIn(result)).toHaveLength(1);
      expect(versions).toBe(1);
      expect(await buildsOfNewest(env)).toBe(1);
    });

    it("the macro is killed between claim and start: the next takes over", async () => {
      await add(killed("codebuild", "StartBuild"));
      const template = newTemplate();
      const { error } = await macro(template);
      expect(error).not.toBeNull();
      const { result, versions } = await added(() => macro(template));
      expect(result.errorMessage ?? result.status).toBe("success");
      expect(versions).toBe(1);
      expect(await buildsOfNewest(env)).toBe(1);
    });

    it("the macro is killed between start and record: the next joins the build", async () => {
      await add(killed("s3", "PutObject", "IfMatch"));
      const template = newTemplate();
      const { error } = await macro(template);
      expect(error).not.toBeNull();
      const { result, versions, starts } = await added(() => macro(template));
      expect(result.errorMessage ?? result.status).toBe("success");
      expect([starts, versions]).toEqual([0, 1]);
    });

    it("the macro is called again with the same request, and with another, while it waits", async () => {
      const template = newTemplate();
      const calls = ["a", "a", "b"].map((requestId) => macro(template, { requestId }));
      const { result, starts, versions } = await added(() => Promise.all(calls));
      expect(result.map(({ status }) => status)).toEqual(["success", "success", "success"]);
      expect(new Set(result.flatMap(layersIn)).size).toBe(1);
      expect([starts, versions]).toEqual([1, 1]);
    });

    it("the layer's only version is deleted: it is built again", async () => {
      const template = newTemplate();
      const [arn] = layersIn(await macro(template));
      const [, name, version] = /layer:([^:]+):(\d+)/.exec(arn ?? "") ?? [];
      const remove = ["lambda", "delete-layer-version", "--layer-name", name ?? "", "--version-number", version ?? ""];
      await must("aws", remove, { env });
      const { result, starts } = await added(() => macro(template));
      expect(layersIn(result)).toEqual([JSON.stringify(JSON.parse(arn ?? "").replace(/:1$/, ":2"))]);
      expect(starts).toBe(1);
    });
  });

  describe("of which the user is told, and after which the next deployment works", () => {
    const inTheEnd = async (template: object): Promise<void> => {
      await lab("fault", "clear");
      const result = await macro(template);
      expect(result.errorMessage ?? result.status).toBe("success");
    };

    it.each([
      ["lambda", "ListLayerVersions", "lambda:ListLayerVersions"],
      ["s3", "GetObject", "s3:GetObject"],
      ["s3", "PutObject", "s3:PutObject"],
      ["codebuild", "StartBuild", "codebuild:StartBuild"],
      ["codebuild", "BatchGetBuilds", "codebuild:BatchGetBuilds"],
    ])("%s denies %s", async (service, op, action) => {
      await add({ ...refused(service, op, denied(action), 20), match: "MacroRole" });
      const template = newTemplate();
      const { status, errorMessage } = await macro(template);
      expect(status).toBe("failure");
      expect(errorMessage).toContain(`not authorized to perform: ${action}`);
      expect(errorMessage).toMatch(new RegExp(`^${action}.*give NativeDeps this permission back`));
      expect(errorMessage?.split("\n")).toHaveLength(1);
      await inTheEnd(template);
    });

    it("the bucket is gone", async () => {
      await add(refused("s3", "*", { code: "NoSuchBucket", status: 404, message: "The bucket does not exist" }, 50));
      const template = newTemplate();
      expect((await macro(template)).errorMessage).toMatch(/^s3:\w+ on \S+: NoSuchBucket: .*deploy again/);
      await inTheEnd(template);
    });

    it("CodeBuild's quota is 0", async () => {
      await lab("config", JSON.stringify({ concurrentBuilds: 0 }));
      const template = newTemplate();
      expect((await macro(template)).errorMessage).toContain("its quota is 0: ask for more in Service Quotas");
      await lab("config", JSON.stringify({ concurrentBuilds: 2 }));
      await inTheEnd(template);
    });

    it("the build is stopped", async () => {
      await lab("config", JSON.stringify({ buildStartSeconds: 8 }));
      const template = newTemplate();
      const answer = macro(template);
      let id: string | undefined;
      while (id === undefined) id = await runningBuild(env);
      await must("aws", ["codebuild", "stop-build", "--id", id], { env });
      expect((await answer).errorMessage).toMatch(
        /^Resources\.Function0: Build \S+: ended as STOPPED.*: see its log: https/,
      );
      await lab("config", JSON.stringify({ buildStartSeconds: 0.2 }));
      await inTheEnd(template);
    });

    it("the build fails and its result cannot be found", async () => {
      await add(refused("s3", "GetObject", { code: "NoSuchKey", status: 404 }, 9, "result.json"));
      const template = newTemplate("no-such-package");
      expect((await macro(template)).errorMessage).toMatch(/ended as FAILED: see its log: https/);
      await lab("fault", "clear");
      expect((await macro(template)).errorMessage).toContain('"no-such-package" is not a package');
    });

    it("the lock is damaged", async () => {
      await add(killed("codebuild", "StartBuild"));
      const template = newTemplate();
      await macro(template);
      const bucket = await output(env, "nativedeps", "BucketName");
      const list = ["s3api", "list-objects-v2", "--bucket", bucket, "--prefix", "builds/"];
      type Objects = { Contents: { Key: string; LastModified: string }[] };
      const { Contents } = await aws<Objects>(env, ...list);
      const [newest] = Contents.sort((a, b) => b.LastModified.localeCompare(a.LastModified));
      await must("bash", ["-c", `echo '{"v":2}' | aws s3 cp - s3://${bucket}/${newest?.Key}`], { env });
      expect((await macro(template)).errorMessage).toMatch(/^Lock builds\/\S+: was written by another version/);
      await must("aws", ["s3", "rm", `s3://${bucket}/${newest?.Key}`], { env });
      await inTheEnd(template);
    });
  });
});

/** Versions of all layers, those that were deleted meanwhile too. */
async function publications(env: LabEnvironment): Promise<number> {
  type Layers = { Layers?: { LatestMatchingVersion: { Version: number } }[] };
  const { Layers = [] } = await aws<Layers>(env, "lambda", "list-layers");
  return Layers.reduce((sum, { LatestMatchingVersion }) => sum + LatestMatchingVersion.Version, 0);
}

type Builds = { builds: { id: string; buildStatus: string; environment: { environmentVariables: Variable[] } }[] };
interface Variable {
  readonly name: string;
  readonly value: string;
}

async function allBuilds(env: LabEnvironment): Promise<Builds["builds"]> {
  const project = await output(env, "nativedeps", "ProjectX8664");
  const { ids } = await aws<{ ids: string[] }>(env, "codebuild", "list-builds-for-project", "--project-name", project);
  if (ids.length === 0) return [];
  return (await aws<Builds>(env, "codebuild", "batch-get-builds", "--ids", ...ids)).builds;
}

const runningBuild = async (env: LabEnvironment): Promise<string | undefined> =>
  (await allBuilds(env)).find(({ buildStatus }) => buildStatus === "IN_PROGRESS")?.id;

/** How many builds have been of the key that the newest one is of. */
async function buildsOfNewest(env: LabEnvironment): Promise<number> {
  const keys = (await allBuilds(env)).map(
    ({ environment }) => environment.environmentVariables.find(({ name }) => name === "NATIVEDEPS_KEY")?.value,
  );
  return keys.filter((key) => key === keys[0]).length;
}
