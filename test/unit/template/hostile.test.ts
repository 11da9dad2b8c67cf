import { describe, expect, it } from "vitest";
import { transform } from "../../../src/commands/transform.ts";
import type { JsonObject } from "../../../src/template/json.ts";
import { fakePorts } from "../../fakes/ports.ts";

/** Input that costs a careless reader minutes, or the stack. Nothing is built, so every layer is waited for. */
async function run(Properties: JsonObject, more: JsonObject = {}) {
  const Fn = { Type: "AWS::Lambda::Function", Metadata: { Packages: { Runtime: ["git"] } }, Properties };
  const fragment = { Resources: { Fn, ...more } };
  const event = { requestId: "r", region: "us-east-1", accountId: "1", transformId: "t", fragment };
  const options = { waitSeconds: 0, latest: Number.POSITIVE_INFINITY, waiterArn: "arn", warn: () => {} };
  const answer = await transform(fakePorts(), event, options);
  return answer.status === "failure" ? answer.errorMessage : JSON.stringify(answer.fragment);
}

const tree = (levels: number, name = "C"): unknown =>
  levels === 0
    ? name.length % 2 === 0
      ? "ruby3.3"
      : "ruby3.4"
    : { "Fn::If": [name, tree(levels - 1, `${name}a`), tree(levels - 1, `${name}bc`)] };
const nested = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}"x"${"]".repeat(levels)}`);

describe("hostile templates", () => {
  it("with 64 branches are served, with more refused", async () => {
    expect(await run({ Runtime: tree(6) })).toContain("NativeDepsLayer");
    expect(await run({ Runtime: tree(7) })).toContain("is decided between 128 branches, and 64 are looked at");
    const layers = (levels: number) => JSON.parse(JSON.stringify(tree(levels)).replaceAll(/"ruby[^"]*"/g, '["a"]'));
    expect(await run({ Runtime: "ruby3.3", Layers: layers(6) })).toContain("NativeDepsLayer");
    expect(await run({ Runtime: "ruby3.3", Layers: layers(7) })).toContain("has 128 branches, and 64 are looked at");
  });

  it("with thousands of levels are refused by name", async () => {
    const line = "The template: is nested too deeply to be read: write it with fewer levels";
    expect(await run({ Runtime: "ruby3.3", Architectures: nested(100_000) })).toBe(line);
  });

  it("with a Sub that opens and never closes take no time", async () => {
    const Sub = { "Fn::Sub": "${".repeat(100_000) };
    const site = {
      Type: "AWS::CloudFront::Distribution",
      Properties: { DistributionConfig: { DefaultCacheBehavior: { LambdaFunctionAssociations: [Sub] } } },
    };
    const version = { Type: "AWS::Lambda::Version", Properties: { FunctionName: Sub } };
    expect(await run({ Runtime: "ruby3.3" }, { site, version })).toContain("NativeDepsLayer");
  });
});
