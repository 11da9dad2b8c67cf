import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { publishLayer } from "../../../src/assembler/publish-layer.ts";
import { beginResult } from "../../../src/assembler/result-file.ts";
import { tempRoot } from "./temp-root.ts";

const KEY = "a".repeat(64);
const BUILT = { ...beginResult(KEY, "ref"), status: "ok", stage: "zip", treeDigest: "b".repeat(64) };
const LAYER = { name: "nativedeps-x", description: "d", runtime: "ruby3.3", arch: "x86_64", license: "MIT" };

async function publish(
  change: {
    result?: object;
    expectedName?: string;
    status?: "ok" | "superseded";
    failure?: Error;
    record?: Error;
  } = {},
) {
  const dir = tempRoot({
    "result.json": JSON.stringify({ ...BUILT, ...change.result }),
    "layer.json": JSON.stringify(LAYER),
    ...{ "sbom.cdx.json": "bom", "reasons.json": "why" },
  });
  const kept: string[][] = [];
  const problem = await publishLayer({
    dir,
    expectedName: change.expectedName ?? LAYER.name,
    async publish() {
      if (change.failure !== undefined) throw change.failure;
      return { status: change.status ?? "ok", arn: "arn:1" };
    },
    async keepRecord(file, key, tree) {
      if (change.record !== undefined) throw change.record;
      kept.push([readFileSync(file, "utf8"), key, tree]);
    },
    say: () => {},
  });
  return { problem, kept, result: JSON.parse(readFileSync(join(dir, "result.json"), "utf8")) };
}

describe("publishing", () => {
  test("completes the result and keeps it, with what the layer is made of, as a record", async () => {
    const { problem, kept, result } = await publish();
    expect(problem).toBeUndefined();
    expect(result).toMatchObject({
      status: "ok",
      stage: "publish",
      layerVersionArn: "arn:1",
      stages: [{ name: "publish" }],
    });
    const contents = ["bom", "why", `${JSON.stringify(result, null, 1)}\n`];
    expect(kept).toEqual(contents.map((content) => [content, KEY, "b".repeat(64)]));
  });

  test("after another build has done so keeps that build's record", async () => {
    const { problem, kept, result } = await publish({ status: "superseded" });
    expect(problem).toBeUndefined();
    expect(result).toMatchObject({ status: "superseded", stage: "publish", layerVersionArn: "arn:1" });
    expect(kept).toEqual([]);
  });

  test("that fails says why in the result", async () => {
    const { problem, result } = await publish({ failure: new Error("no way") });
    expect(problem).toMatchObject({ code: "ND141", what: "no way" });
    expect(result).toMatchObject({ status: "failed", stage: "publish", problem: { code: "ND141" } });
    expect(result.layerVersionArn).toBeUndefined();
  });

  test("does not fail for a record that could not be kept: the layer is out", async () => {
    const { problem, result } = await publish({ record: new Error("no bucket") });
    expect(problem).toBeUndefined();
    expect(result.status).toBe("ok");
  });

  test.each([
    ["under another name", { expectedName: "nativedeps-y" }, "nativedeps-y is asked for"],
    ["of a failed build", { result: { status: "failed" } }, "did not succeed"],
    ["twice", { result: { stage: "publish" } }, "did not succeed"],
    ["without a key", { result: { key: "../.." } }, "no key"],
  ])("%s is refused", async (_name, change, reason) => {
    const { problem, kept } = await publish(change);
    expect(problem?.code).toBe("ND140");
    expect(problem?.what).toContain(reason);
    expect(kept).toEqual([]);
  });
});
