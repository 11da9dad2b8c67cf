import { describe, expect, it } from "vitest";
import { ensureLayers } from "../../../src/engine/ensure-layers.ts";
import { descriptionOf, failedResult, jobOf } from "../../fakes/jobs.ts";
import { fakePorts } from "../../fakes/ports.ts";

const MINUTE = 60_000;

/** Ports whose builds end, one at each sleep, with the given status; successful ones publish. */
function withBuildsEnding(status: string) {
  const ports = fakePorts();
  const { sleep } = ports.clock;
  ports.clock.sleep = async (ms) => {
    await sleep(ms);
    const running = ports.builds.all.find(({ build }) => build.state === "running");
    if (running === undefined) return;
    ports.builds.end(running.build.id, status);
    const { layerName, key } = running.request;
    if (status === "SUCCEEDED") ports.layers.publish(layerName, descriptionOf(key));
  };
  return ports;
}

describe("ensureLayers", () => {
  it("asks once for each layer that is there, and nothing else", async () => {
    const ports = fakePorts();
    const jobs = [jobOf("git"), jobOf("jq")];
    for (const job of jobs) ports.layers.publish(job.name, descriptionOf(job.key));
    const outcomes = await ensureLayers(ports, jobs, ports.clock.now() + MINUTE);
    expect([...outcomes.values()]).toMatchObject([{ state: "ready" }, { state: "ready" }]);
    expect(ports.layers.calls).toHaveLength(2);
    expect(ports.locks.held.size).toBe(0);
  });

  it("starts every missing build at once and waits for all", async () => {
    const ports = withBuildsEnding("SUCCEEDED");
    const jobs = [jobOf("git"), jobOf("jq"), jobOf("libpq")];
    const started = ports.clock.now();
    const outcomes = await ensureLayers(ports, jobs, started + MINUTE);
    expect([...outcomes.values()].map((o) => o.state)).toEqual(["ready", "ready", "ready"]);
    expect(ports.builds.all).toHaveLength(3);
    expect(ports.clock.now() - started).toBeLessThan(MINUTE / 2);
  });

  it("says what the build said", async () => {
    const ports = withBuildsEnding("FAILED");
    const job = jobOf("nosuch");
    ports.stored.results.set("project:1", failedResult(job.key));
    const outcomes = await ensureLayers(ports, [job], ports.clock.now() + MINUTE);
    expect(outcomes.get(job.key)).toMatchObject({ state: "failed", problem: { code: "ND101" } });
  });

  it("says where to look when the build said nothing", async () => {
    const ports = withBuildsEnding("TIMED_OUT");
    const job = jobOf("git");
    const outcomes = await ensureLayers(ports, [job], ports.clock.now() + MINUTE);
    expect(outcomes.get(job.key)).toMatchObject({
      problem: { code: "ND020", what: "ended as TIMED_OUT", todo: "see its log: log of project:1" },
    });
  });

  it("does not believe a success without a layer", async () => {
    const ports = fakePorts();
    const { sleep } = ports.clock;
    ports.clock.sleep = async (ms) => {
      await sleep(ms);
      ports.builds.end("project:1");
    };
    const job = jobOf("git");
    const outcomes = await ensureLayers(ports, [job], ports.clock.now() + MINUTE);
    expect(outcomes.get(job.key)).toMatchObject({ state: "failed", problem: { code: "ND021" } });
  });

  it("has started the build even if it may not wait at all", async () => {
    const ports = fakePorts();
    const job = jobOf("git");
    const outcomes = await ensureLayers(ports, [job], ports.clock.now());
    expect(outcomes.get(job.key)).toEqual({ state: "unfinished" });
    expect(ports.builds.all).toHaveLength(1);
  });

  it("stops at its deadline", async () => {
    const ports = fakePorts();
    const deadline = ports.clock.now() + MINUTE + 1;
    const outcomes = await ensureLayers(ports, [jobOf("git")], deadline);
    expect([...outcomes.values()]).toEqual([{ state: "unfinished" }]);
    expect(ports.clock.now()).toBe(deadline);
  });
});
