import { describe, expect, it } from "vitest";
import { claimAndStart } from "../../../src/engine/single-flight.ts";
import { descriptionOf, jobOf } from "../../fakes/jobs.ts";
import { fakePorts } from "../../fakes/ports.ts";

const job = jobOf("git");

describe("claimAndStart", () => {
  it("claims a free key, starts its build and records the id", async () => {
    const ports = fakePorts();
    expect(await claimAndStart(ports, job)).toEqual({ state: "building", buildId: "project:1" });
    expect(ports.locks.held.get(job.key)?.lock).toMatchObject({ key: job.key, buildId: "project:1" });
    expect(ports.stored.specs.get(job.key)).toEqual(job.spec);
  });

  it("joins the build that another has started", async () => {
    const ports = fakePorts();
    await claimAndStart(ports, job);
    expect(await claimAndStart(ports, job)).toEqual({ state: "building", buildId: "project:1" });
    expect(ports.builds.all).toHaveLength(1);
  });

  it("starts one build when many come at once", async () => {
    const ports = fakePorts();
    await Promise.all(Array.from({ length: 20 }, () => claimAndStart(ports, job)));
    expect(ports.builds.all).toHaveLength(1);
  });

  it("takes a lost answer to its own claim for the win that it was", async () => {
    const ports = fakePorts();
    const { create } = ports.locks;
    ports.locks.create = async (lock) => {
      await create(lock);
      return undefined;
    };
    expect(await claimAndStart(ports, job)).toEqual({ state: "building", buildId: "project:1" });
  });

  it("looks at the layers once more inside the claim", async () => {
    const ports = fakePorts();
    const { create } = ports.locks;
    ports.locks.create = async (lock) => {
      ports.layers.publish(job.name, descriptionOf(job.key));
      return create(lock);
    };
    expect(await claimAndStart(ports, job)).toMatchObject({ state: "published" });
    expect(ports.builds.all).toHaveLength(0);
  });

  it("builds again after a build that failed", async () => {
    const ports = fakePorts();
    await claimAndStart(ports, job);
    ports.builds.end("project:1", "FAILED");
    expect(await claimAndStart(ports, job)).toEqual({ state: "building", buildId: "project:2" });
  });

  it("leaves a fresh claim alone, and takes over one whose claimer died before it started", async () => {
    const ports = fakePorts();
    const { start } = ports.builds;
    ports.builds.start = async () => {
      throw new Error("killed");
    };
    await expect(claimAndStart(ports, job)).rejects.toThrow("killed");
    ports.builds.start = start;
    expect(await claimAndStart(ports, job)).toEqual({ state: "waiting" });
    const token = ports.locks.held.get(job.key)?.lock.token;
    ports.clock.advance(60_000);
    expect(await claimAndStart(ports, job)).toEqual({ state: "building", buildId: "project:1" });
    // The same token: had the claimer been slow rather than dead, its start would join this build.
    expect(ports.builds.all[0]?.request.token).toBe(token);
  });

  it("finds the build that a claimer started and did not record", async () => {
    const ports = fakePorts();
    const { replace } = ports.locks;
    ports.locks.replace = async () => {
      throw new Error("killed");
    };
    await expect(claimAndStart(ports, job)).rejects.toThrow("killed");
    ports.locks.replace = replace;
    ports.clock.advance(20 * 60_000);
    expect(await claimAndStart(ports, job)).toEqual({ state: "building", buildId: "project:1" });
    expect(ports.builds.all).toHaveLength(1);
  });

  it("waits when the service has no room, and starts later", async () => {
    const ports = fakePorts();
    ports.builds.room = 0;
    expect(await claimAndStart(ports, job)).toEqual({ state: "waiting" });
    ports.builds.room = 1;
    ports.clock.advance(30_000);
    expect(await claimAndStart(ports, job)).toMatchObject({ state: "building" });
  });

  it("does not start with a token that the service may have forgotten by then", async () => {
    const ports = fakePorts();
    ports.builds.room = 0;
    await claimAndStart(ports, job);
    ports.builds.room = 9;
    ports.clock.advance(4 * 60_000);
    // Held up between its takeover and its start.
    const { find } = ports.layers;
    ports.layers.find = async (name, key) => {
      ports.layers.find = find;
      ports.clock.advance(45_000);
      return find(name, key);
    };
    expect(await claimAndStart(ports, job)).toEqual({ state: "waiting" });
    expect(await claimAndStart(ports, job)).toEqual({ state: "waiting" });
    expect(ports.builds.all).toHaveLength(0);
    ports.clock.advance(15_000);
    expect(await claimAndStart(ports, job)).toEqual({ state: "building", buildId: "project:1" });
  });

  it("takes a lost answer to its takeover for the win that it was", async () => {
    const ports = fakePorts();
    await claimAndStart(ports, job);
    ports.builds.end("project:1", "FAILED");
    const { replace } = ports.locks;
    ports.locks.replace = async (lock, etag) => {
      ports.locks.replace = replace;
      await replace(lock, etag);
      return undefined;
    };
    expect(await claimAndStart(ports, job)).toEqual({ state: "building", buildId: "project:2" });
  });

  it("believes a recorded build that the service does not know yet", async () => {
    const ports = fakePorts();
    await claimAndStart(ports, job);
    ports.builds.describe = async () => [];
    expect(await claimAndStart(ports, job)).toEqual({ state: "building", buildId: "project:1" });
    ports.clock.advance(10 * 60_000);
    ports.builds.running = async () => undefined;
    expect(await claimAndStart(ports, job)).toEqual({ state: "building", buildId: "project:2" });
  });

  it("joins a build that somebody started by hand after the recorded one had failed", async () => {
    const ports = fakePorts();
    await claimAndStart(ports, job);
    ports.builds.end("project:1", "FAILED");
    await ports.builds.start({ key: job.key, layerName: job.name, arch: "x86_64", token: "by hand" });
    expect(await claimAndStart(ports, job)).toEqual({ state: "building", buildId: "project:2" });
    expect(ports.builds.all).toHaveLength(2);
  });

  it("writes the spec again for a build that follows a lost one", async () => {
    const ports = fakePorts();
    await claimAndStart(ports, job);
    ports.builds.end("project:1", "FAILED");
    ports.stored.specs.clear();
    await claimAndStart(ports, job);
    expect(ports.stored.specs.get(job.key)).toEqual(job.spec);
  });
});
