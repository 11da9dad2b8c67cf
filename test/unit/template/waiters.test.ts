import { describe, expect, it } from "vitest";
import { deferredLogicalId } from "../../../src/packages/layer-name.ts";
import type { JsonObject } from "../../../src/template/json.ts";
import { resourcesTooMany } from "../../../src/template/waiters.ts";

const KEY = "f".repeat(64);
const template = (count: number, more = {}): JsonObject => ({
  Resources: { ...Object.fromEntries(Array.from({ length: count }, (_, i) => [`R${i}`, { Type: "X" }])), ...more },
});

const scope = (fragment: JsonObject, parameters: JsonObject = {}) => ({ fragment, parameters, loops: [] });

describe("CloudFormation's 500 resources", () => {
  it.each([
    [499, [KEY], 0],
    [500, [KEY], 1],
    [500, [], 0],
    [501, [], 0],
    [498, ["a".repeat(64), KEY, "b".repeat(64)], 1],
  ])("%i and waiters for %j are %i too many", (count, keys, over) => {
    expect(resourcesTooMany(scope(template(count)), keys)).toBe(over);
  });

  it("count a waiter that is there already once", () => {
    expect(
      resourcesTooMany(scope(template(499, { [deferredLogicalId(KEY)]: { Type: "Custom::NativeDepsLayer" } })), [KEY]),
    ).toBe(0);
  });

  it.each<[JsonObject, number]>([
    [{ Type: "AWS::Lambda::Function" }, 1],
    [{ Type: "AWS::Serverless::Function" }, 2],
    [{ Type: "AWS::Serverless::Function", Properties: { Role: "arn" } }, 1],
    [{ Type: "AWS::Serverless::Function", Properties: { Role: "arn", AutoPublishAlias: "live" } }, 3],
    [{ Type: "AWS::Serverless::Function", Properties: { Role: "arn", Events: { A: {}, B: {} } } }, 3],
    [{ Type: "AWS::Serverless::Function", Properties: { Role: "arn", Events: { "Fn::If": [] } } }, 1],
  ])("count what SAM makes of %j: %i", (fn, made) => {
    expect(resourcesTooMany(scope(template(499 - made, { Fn: fn })), [KEY])).toBe(0);
    expect(resourcesTooMany(scope(template(500 - made, { Fn: fn })), [KEY])).toBe(1);
  });

  it("count the rounds of loops, over parameters too", () => {
    const loop = (collection: unknown) => ({ "Fn::ForEach::L": ["N", collection, { "A${N}": { Type: "X" } }] });
    const names = Array.from({ length: 10 }, (_, i) => `n${i}`);
    for (const [collection, parameters] of [
      [names, {}],
      [{ Ref: "Names" }, { Names: names }],
      [{ Ref: "Names" }, { Names: names.join(",") }],
      [[...names.slice(1), { Ref: "Last" }], { Last: "z" }],
    ] as const) {
      expect(resourcesTooMany(scope(template(489, loop(collection)), parameters), [KEY])).toBe(0);
      expect(resourcesTooMany(scope(template(490, loop(collection)), parameters), [KEY])).toBe(1);
    }
    expect(resourcesTooMany(scope(template(498, loop({ Ref: "Unknown" }))), [KEY])).toBe(0);
    const nested = { "Fn::ForEach::M": ["M", ["a", "b"], loop(names)] };
    expect(resourcesTooMany(scope(template(480, nested)), [KEY])).toBe(1);
  });
});
