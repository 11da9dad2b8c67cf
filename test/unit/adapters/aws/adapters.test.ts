import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Reply, service } from "./service.ts";

/** AWS's own answers, as its API references show them, over a real socket to the real SDK. */
const s3Error = (status: number, code: string): Reply => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>as told</Message></Error>`,
});

const jsonError = (status: number, code: string): Reply => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code },
  body: JSON.stringify({ __type: code, message: "as told" }),
});

beforeEach(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "id");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
});

/** Points the SDK at a service; adapters imported from now on make their clients for it. */
function useService(url: string): void {
  vi.resetModules();
  vi.stubEnv("AWS_ENDPOINT_URL", url);
}

async function objectsAt(reply: Reply) {
  useService((await service(() => reply)).url);
  return (await import("../../../../src/adapters/aws/objects.ts")).awsObjects("bucket");
}

describe("objects", () => {
  it("are absent only if the service says NoSuchKey", async () => {
    expect(await (await objectsAt(s3Error(404, "NoSuchKey"))).get("k")).toBeUndefined();
  });

  it.each([
    [403, "AccessDenied", "ND023"],
    [404, "NoSuchBucket", "ND024"],
    [500, "InternalError", "ND024"],
  ])("are not absent at %i %s", async (status, code, problem) => {
    const objects = await objectsAt(s3Error(status, code));
    await expect(objects.get("k")).rejects.toMatchObject({
      problem: { code: problem, where: "s3:GetObject on bucket/k" },
    });
  });

  it("may be empty, and are read no further than 64 KB", async () => {
    const read = async (body: string) => (await objectsAt({ status: 200, headers: { etag: '"e"' }, body })).get("k");
    expect(await read("")).toEqual({ text: "", etag: '"e"' });
    expect((await read("x".repeat(1_000_000)))?.text).toHaveLength(64 * 1024);
  });

  it.each([
    [412, "PreconditionFailed"],
    [409, "ConditionalRequestConflict"],
    [404, "NoSuchKey"],
  ])("a conditional write has lost at %i %s", async (status, code) => {
    expect(await (await objectsAt(s3Error(status, code))).put("k", "x", { ifMatch: '"e"' })).toBeUndefined();
  });

  it("an unconditional write that fails is a failure", async () => {
    await expect((await objectsAt(s3Error(412, "PreconditionFailed"))).put("k", "x")).rejects.toThrow("s3:PutObject");
  });
});

describe("locks", () => {
  it.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["another version's", '{"v":2}'],
    ["another key's", '{"v":1,"key":"other","owner":"o","token":"t","claimedAt":1,"buildId":null}'],
    ["half a lock", '{"v":1,"key":"k"}'],
    ["null", "null"],
  ])("holding %s are a problem that names them", async (_name, body) => {
    const objects = await objectsAt({ status: 200, headers: { etag: '"e"' }, body });
    const { awsLocks } = await import("../../../../src/adapters/aws/locks.ts");
    await expect(awsLocks(objects).read("k")).rejects.toMatchObject({
      problem: { code: "ND022", where: "Lock builds/k.json" },
    });
  });
});

describe("builds", () => {
  async function buildsAt(reply: (target: string) => Reply, arm64 = "") {
    const { url, asked } = await service((request) =>
      reply(String(request.headers["x-amz-target"]).split(".")[1] ?? ""),
    );
    useService(url);
    const { awsBuilds } = await import("../../../../src/adapters/aws/builds.ts");
    return { builds: awsBuilds({ x86_64: "project", arm64 }), asked };
  }
  const request = { key: "k", layerName: "name", arch: "x86_64" as const, token: "token" };

  it("start with the claim's token and the three variables, and nothing else", async () => {
    const { builds, asked } = await buildsAt(() => ({ status: 200, body: '{"build":{"id":"project:1"}}' }));
    expect(await builds.start(request)).toEqual({ id: "project:1" });
    expect(JSON.parse(asked[0]?.body ?? "")).toEqual({
      projectName: "project",
      idempotencyToken: "token",
      environmentVariablesOverride: [
        { name: "NATIVEDEPS_KEY", value: "k" },
        { name: "NATIVEDEPS_LAYER_NAME", value: "name" },
        { name: "NATIVEDEPS_REFRESH", value: "0" },
      ],
    });
  });

  it("are refused when the account's queue is full, and only then", async () => {
    const full = await buildsAt(() => jsonError(400, "AccountLimitExceededException"));
    expect(await full.builds.start(request)).toBe("refused");
    const wrong = await buildsAt(() => jsonError(400, "InvalidInputException"));
    await expect(wrong.builds.start(request)).rejects.toMatchObject({ problem: { code: "ND024" } });
  });

  it("say so where the account may run none", async () => {
    const message = "Cannot have more than 0 builds in queue for the account";
    const { builds } = await buildsAt(() => ({
      ...jsonError(400, "AccountLimitExceededException"),
      body: JSON.stringify({ __type: "AccountLimitExceededException", message }),
    }));
    await expect(builds.start(request)).rejects.toMatchObject({ problem: { code: "ND031" } });
  });

  it("say so where an architecture is not installed", async () => {
    const { builds } = await buildsAt(() => ({ status: 200, body: "{}" }));
    await expect(builds.start({ ...request, arch: "arm64" })).rejects.toMatchObject({ problem: { code: "ND012" } });
  });

  it("run for a key if one of the project's carries it and is in progress", async () => {
    const build = (id: string, buildStatus: string, value: string) => ({
      id,
      buildStatus,
      environment: { environmentVariables: [{ name: "NATIVEDEPS_KEY", value }] },
    });
    const all = [build("p:1", "FAILED", "k"), build("p:2", "IN_PROGRESS", "other"), build("p:3", "IN_PROGRESS", "k")];
    const { builds } = await buildsAt((target) => ({
      status: 200,
      body: JSON.stringify(target === "ListBuildsForProject" ? { ids: ["p:1", "p:2", "p:3"] } : { builds: all }),
    }));
    expect(await builds.running("k", "x86_64")).toBe("p:3");
    expect(await builds.running("nobody", "x86_64")).toBeUndefined();
  });
});

describe("answers to CloudFormation", () => {
  const send = async (status: number) => {
    const { url, asked } = await service(() => ({ status }));
    const { awsAnswers } = await import("../../../../src/adapters/aws/answers.ts");
    const request = { requestId: "r", stackId: "s", logicalResourceId: "l", responseUrl: url };
    await awsAnswers().send(request, { status: "FAILED", physicalId: "p", reason: "why" });
    return asked[0];
  };

  it("are put without a content type, in CloudFormation's own words", async () => {
    const asked = await send(200);
    expect(asked?.method).toBe("PUT");
    expect(asked?.headers["content-type"] ?? "").toBe("");
    expect(JSON.parse(asked?.body ?? "")).toEqual({
      Status: "FAILED",
      RequestId: "r",
      StackId: "s",
      LogicalResourceId: "l",
      PhysicalResourceId: "p",
      Reason: "why",
    });
  });

  it.each([400, 403, 404])("that come too late (%i) are no failure", async (status) => {
    await expect(send(status)).resolves.toBeDefined();
  });

  it("that did not arrive are one", async () => {
    await expect(send(503)).rejects.toThrow("HTTP 503");
  });
});

describe("layers", () => {
  it("are looked for with more patience than the SDK has by itself", async () => {
    let failures = 4;
    const found = JSON.stringify({ LayerVersions: [{ LayerVersionArn: "arn", Description: "nativedeps/1 key=k" }] });
    const { url, asked } = await service(() =>
      failures-- > 0 ? jsonError(500, "ServiceException") : { status: 200, body: found },
    );
    useService(url);
    const layers = (await import("../../../../src/adapters/aws/layers.ts")).awsLayers();
    expect(await layers.find("name", "k")).toMatchObject({ arn: "arn" });
    expect(asked).toHaveLength(5);
  });
});

describe("calls", () => {
  it("are at most ten at once", async () => {
    const { url, load, asked } = await service(() => ({ status: 200, body: '{"LayerVersions":[]}' }), 20);
    useService(url);
    const layers = (await import("../../../../src/adapters/aws/layers.ts")).awsLayers();
    // Without TLS each of the first calls would make sockets of its own.
    await layers.find("first", "key");
    await Promise.all(Array.from({ length: 40 }, (_, i) => layers.find(`name-${i}`, "key")));
    expect(asked).toHaveLength(41);
    expect(load.most).toBe(10);
  });
});
