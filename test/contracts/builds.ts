import { describe, expect, it } from "vitest";
import type { BuildRequest, Builds } from "../../src/engine/ports.ts";

const requestOf = (key: string, token: string): BuildRequest => ({
  key,
  layerName: `nativedeps-contract-${key.slice(0, 16)}`,
  arch: "x86_64",
  token,
});

/** What every implementation of the Builds port does. `freshKey` gives a key nobody has built. */
export function buildsContract(make: () => Promise<Builds>, freshKey: () => string): void {
  describe("Builds", () => {
    it("starts one build for one token", async () => {
      const builds = await make();
      const request = requestOf(freshKey(), freshKey());
      const [first, second] = [await builds.start(request), await builds.start(request)];
      expect(first).not.toBe("refused");
      expect(second).toEqual(first);
    });

    it("describes the builds it knows and leaves out the others", async () => {
      const builds = await make();
      const started = await builds.start(requestOf(freshKey(), freshKey()));
      const id = started === "refused" ? "" : started.id;
      const described = await builds.describe([id, "nobody:00000000-0000-0000-0000-000000000000"]);
      expect(described.map((build) => build.id)).toEqual([id]);
      expect(["running", "succeeded", "failed"]).toContain(described[0]?.state);
    });

    it("finds the running build of a key", async () => {
      const builds = await make();
      const key = freshKey();
      const started = await builds.start(requestOf(key, freshKey()));
      const id = started === "refused" ? "" : started.id;
      const running = await builds.running(key, "x86_64");
      // A build of an invented key may have failed by now; then it must be over.
      if (running !== undefined) expect(running).toBe(id);
      else expect((await builds.describe([id]))[0]?.state).not.toBe("running");
    });

    it("knows of no running build for a key that nobody builds", async () => {
      expect(await (await make()).running(freshKey(), "x86_64")).toBeUndefined();
    });
  });
}
