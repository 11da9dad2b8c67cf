import { describe, expect, it } from "vitest";
import type { Layers } from "../../src/engine/ports.ts";
import { formatDescription } from "../../src/packages/description.ts";

export interface LayersUnderTest {
  readonly layers: Layers;
  /** Publishes a version and tells its ARN. */
  publish(name: string, description: string): Promise<string>;
}

const describing = (key: string, refresh: number): string =>
  formatDescription({ key, tree: "0".repeat(64), release: "2023.9.20251110", env: [], refresh });

/** What every implementation of the Layers port does. `freshKey` gives 64 hex digits nobody has used. */
export function layersContract(make: () => Promise<LayersUnderTest>, freshKey: () => string): void {
  describe("Layers", () => {
    it("finds nothing under a name that was never published", async () => {
      const key = freshKey();
      expect(await (await make()).layers.find(`nativedeps-none-${key.slice(0, 16)}`, key)).toBeUndefined();
    });

    it("finds the newest version that carries the whole key, paging past others", async () => {
      const { layers, publish } = await make();
      const key = freshKey();
      const name = `nativedeps-contract-${key.slice(0, 16)}`;
      const sameStart = `${key.slice(0, 63)}${key.endsWith("0") ? "1" : "0"}`;
      await publish(name, describing(key, 0));
      const newest = await publish(name, describing(key, 1));
      for (let i = 0; i < 51; i++) await publish(name, i % 2 === 0 ? describing(sameStart, 0) : "made by hand");
      expect((await layers.find(name, key))?.arn).toBe(newest);
    });
  });
}
