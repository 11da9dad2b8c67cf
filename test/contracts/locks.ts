import { describe, expect, it } from "vitest";
import type { Lock, Locks } from "../../src/engine/ports.ts";

const lockOf = (key: string, owner: string): Lock => ({
  v: 1,
  key,
  owner,
  token: `token-${owner}`,
  claimedAt: 1_700_000_000_000,
  buildId: null,
});

/** What every implementation of the Locks port does. `freshKey` gives a key nobody has locked. */
export function locksContract(make: () => Promise<Locks>, freshKey: () => string): void {
  describe("Locks", () => {
    it("reads nothing where nobody has claimed", async () => {
      expect(await (await make()).read(freshKey())).toBeUndefined();
    });

    it("gives one claimer the lock and the others nothing", async () => {
      const locks = await make();
      const key = freshKey();
      const owners = ["a", "b", "c", "d"];
      const etags = await Promise.all(owners.map((owner) => locks.create(lockOf(key, owner))));
      const winners = owners.filter((_, i) => etags[i] !== undefined);
      expect(winners).toHaveLength(1);
      const held = await locks.read(key);
      expect(held?.lock).toEqual(lockOf(key, winners[0] ?? ""));
      expect(held?.etag).toBe(etags.find((etag) => etag !== undefined));
    });

    it("replaces only the lock it was shown", async () => {
      const locks = await make();
      const key = freshKey();
      const first = await locks.create(lockOf(key, "a"));
      const second = await locks.replace({ ...lockOf(key, "a"), buildId: "p:1" }, first ?? "");
      expect(second).not.toBe(first);
      expect(await locks.replace(lockOf(key, "late"), first ?? "")).toBeUndefined();
      expect((await locks.read(key))?.lock.buildId).toBe("p:1");
    });

    it("does not make a lock by replacing one that is not there", async () => {
      const locks = await make();
      const key = freshKey();
      expect(await locks.replace(lockOf(key, "a"), '"0"')).toBeUndefined();
      expect(await locks.read(key)).toBeUndefined();
    });
  });
}
