import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { layerName } from "../../../src/packages/layer-name.ts";
import { canonicalJson, type LayerSpec, layerKey } from "../../../src/packages/layer-spec.ts";

interface Vector {
  readonly spec: LayerSpec;
  readonly canonical: string;
  readonly key: string;
  readonly name: string;
}

const vectors = JSON.parse(readFileSync(new URL("keys.json", import.meta.url), "utf8")) as Vector[];

describe("golden vectors", () => {
  it.each(vectors)("$name", ({ spec, canonical, key, name }) => {
    expect(canonicalJson(spec)).toBe(canonical);
    expect(layerKey(spec)).toBe(key);
    expect(layerName(spec, key)).toBe(name);
  });

  it("are all different layers", () => {
    expect(new Set(vectors.map((v) => v.key)).size).toBe(vectors.length);
  });
});

describe("canonicalJson", () => {
  it("refuses what JSON cannot hold", () => {
    expect(() => canonicalJson(undefined)).toThrow("not representable");
  });
});

describe("layerName", () => {
  const base = vectors[0]?.spec as LayerSpec;

  it("cuts the packages, never the key", () => {
    const name = layerName({ ...base, packages: ["a".repeat(200)] }, "0123456789abcdef".repeat(4));
    expect(name).toHaveLength(64);
    expect(name).toMatch(/^nativedeps-ruby3-3-x86_64-a+-0123456789abcdef$/);
  });

  it("has no hyphens at the ends of its packages", () => {
    expect(layerName({ ...base, packages: ["((a))", "__"] }, "f".repeat(64))).toBe(
      "nativedeps-ruby3-3-x86_64-a-ffffffffffffffff",
    );
  });

  it("has no trailing hyphen where it was cut", () => {
    const name = layerName({ ...base, packages: ["a".repeat(20), "b"] }, "f".repeat(64));
    expect(name).not.toContain("--");
  });

  it("is called layer when no package leaves a letter", () => {
    expect(layerName({ ...base, packages: ["(_)"] }, "f".repeat(64))).toBe(
      "nativedeps-ruby3-3-x86_64-layer-ffffffffffffffff",
    );
  });
});
