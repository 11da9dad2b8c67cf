import { describe, expect, it } from "vitest";
import { handleRequest, sweep } from "../../../src/engine/answer-waiting.ts";
import type { CustomResourceEvent } from "../../../src/engine/custom-resource.ts";
import { claimAndStart } from "../../../src/engine/single-flight.ts";
import { ProblemError } from "../../../src/errors/problem.ts";
import { descriptionOf, failedResult, jobOf } from "../../fakes/jobs.ts";
import { fakePorts } from "../../fakes/ports.ts";

const job = jobOf("git");

const eventOf = (type: CustomResourceEvent["RequestType"], id = "request-1", key: unknown = job.key) => ({
  RequestType: type,
  RequestId: id,
  ResponseURL: `http://127.0.0.1/${id}`,
  StackId: "stack",
  LogicalResourceId: "NativeDepsLayer0",
  ...(type === "Create" ? {} : { PhysicalResourceId: `nativedeps-${job.key}` }),
  ResourceProperties: { Key: key },
});

/** As the macro leaves it when it may not wait: claimed, and the build running. */
async function deferred() {
  const ports = fakePorts();
  await claimAndStart(ports, job);
  return ports;
}

describe("the waiter", () => {
  it("keeps a request until the build ends, then answers with the layer's ARN", async () => {
    const ports = await deferred();
    await handleRequest(ports, eventOf("Create"));
    await sweep(ports);
    expect(ports.stored.answered).toEqual([]);

    const { arn } = ports.layers.publish(job.name, descriptionOf(job.key));
    ports.builds.end("project:1");
    await sweep(ports);
    expect(ports.stored.answered).toMatchObject([
      {
        request: { requestId: "request-1", responseUrl: "http://127.0.0.1/request-1" },
        answer: { status: "SUCCESS", physicalId: `nativedeps-${job.key}`, data: { LayerVersionArn: arn } },
      },
    ]);
    expect(ports.stored.waiting.size).toBe(0);
  });

  it("answers at once when the build ended before the request came", async () => {
    const ports = await deferred();
    ports.layers.publish(job.name, descriptionOf(job.key));
    ports.builds.end("project:1");
    await handleRequest(ports, eventOf("Create"));
    expect(ports.stored.answered).toHaveLength(1);
  });

  it("answers every stack that waits for the key, each once", async () => {
    const ports = await deferred();
    for (const id of ["a", "b", "c"]) await handleRequest(ports, eventOf("Create", id));
    ports.layers.publish(job.name, descriptionOf(job.key));
    ports.builds.end("project:1");
    await sweep(ports);
    await sweep(ports);
    expect(ports.stored.answered.map(({ request }) => request.requestId)).toEqual(["a", "b", "c"]);
  });

  it("tells why the build failed", async () => {
    const ports = await deferred();
    await handleRequest(ports, eventOf("Create"));
    ports.stored.results.set("project:1", failedResult(job.key));
    ports.builds.end("project:1", "FAILED");
    await sweep(ports);
    expect(ports.stored.answered[0]?.answer).toMatchObject({
      status: "FAILED",
      reason: 'Packages.Runtime: "nosuch" is not a package: check its name',
    });
    expect(ports.builds.all).toHaveLength(1);
  });

  it("starts the build that the macro could not", async () => {
    const ports = fakePorts();
    ports.builds.room = 0;
    await claimAndStart(ports, job);
    await handleRequest(ports, eventOf("Create"));
    ports.builds.room = 1;
    ports.clock.advance(6 * 60_000);
    await sweep(ports);
    expect(ports.builds.all).toHaveLength(1);
  });

  it("lets go of a resource that is deleted while it waits", async () => {
    const ports = await deferred();
    await handleRequest(ports, eventOf("Create", "request-1"));
    await handleRequest(ports, eventOf("Delete", "request-2"));
    expect(ports.stored.waiting.size).toBe(0);
    expect(ports.stored.answered).toMatchObject([
      { request: { requestId: "request-2" }, answer: { status: "SUCCESS", physicalId: `nativedeps-${job.key}` } },
    ]);
  });

  it("answers even what it cannot do", async () => {
    const ports = fakePorts();
    await handleRequest(ports, eventOf("Create", "no-key", "../../x"));
    await handleRequest(ports, eventOf("Create", "no-spec"));
    ports.specs.read = async () => {
      throw new Error("S3 is away");
    };
    await handleRequest(ports, eventOf("Create", "broken"));
    expect(ports.stored.answered.map(({ answer }) => answer.status)).toEqual(["FAILED", "FAILED", "FAILED"]);
    expect(ports.stored.answered.map(({ answer }) => ("reason" in answer ? answer.reason : ""))).toEqual([
      "Resources.NativeDepsLayer0.Properties.Key: is not a layer key: let the NativeDeps macro write it",
      "NativeDeps waiter: the layer spec of this key is gone: deploy the stack again, so that the macro writes it anew",
      "NativeDeps waiter: S3 is away: deploy again",
    ]);
    expect(ports.stored.waiting.size).toBe(0);
  });

  it("answers first and cleans up second: a store that fails keeps nobody waiting", async () => {
    const ports = await deferred();
    const broken = async () => {
      throw new Error("S3 is away");
    };
    Object.assign(ports.waiting, { put: broken, list: broken, remove: broken });
    await handleRequest(ports, eventOf("Create", "create")).catch(() => {});
    await handleRequest(ports, eventOf("Delete", "delete")).catch(() => {});
    expect(ports.stored.answered.map(({ answer }) => answer.status)).toEqual(["FAILED", "SUCCESS"]);
  });

  it("lets no key keep another from its answer, and gives up on a lock it will never understand", async () => {
    const ports = await deferred();
    const other = jobOf("jq");
    await claimAndStart(ports, other);
    await handleRequest(ports, eventOf("Create", "git"));
    await handleRequest(ports, eventOf("Create", "jq", other.key));
    ports.layers.publish(other.name, descriptionOf(other.key));
    const { read } = ports.locks;
    ports.locks.read = async (key) => {
      if (key !== job.key) return read(key);
      throw new ProblemError({ code: "ND022", where: "Lock", what: "is not JSON", todo: "delete it" });
    };
    await sweep(ports);
    const byId = new Map(ports.stored.answered.map(({ request, answer }) => [request.requestId, answer.status]));
    expect(byId).toEqual(
      new Map([
        ["git", "FAILED"],
        ["jq", "SUCCESS"],
      ]),
    );
  });

  it("answers at once where the account may run no builds", async () => {
    const ports = await deferred();
    await handleRequest(ports, eventOf("Create"));
    ports.builds.end("project:1", "FAILED");
    ports.builds.describe = async () => {
      throw new ProblemError({ code: "ND031", where: "CodeBuild", what: "its quota is 0", todo: "ask for more" });
    };
    await sweep(ports);
    expect(ports.stored.answered).toMatchObject([{ answer: { status: "FAILED" } }]);
  });

  it("answers the next request though one cannot be reached", async () => {
    const ports = await deferred();
    for (const id of ["a", "b", "c"]) await handleRequest(ports, eventOf("Create", id));
    ports.layers.publish(job.name, descriptionOf(job.key));
    const { send } = ports.answers;
    ports.answers.send = async (request, answer) => {
      if (request.requestId === "a") throw new Error("HTTP 500");
      await send(request, answer);
    };
    await expect(sweep(ports)).rejects.toThrow("HTTP 500");
    expect(ports.stored.answered.map(({ request }) => request.requestId)).toEqual(["b", "c"]);
    expect([...ports.stored.waiting.keys()]).toEqual(["a"]);
  });
});
