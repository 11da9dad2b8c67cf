import { describe, expect, it } from "vitest";
import { deferredLogicalId } from "../../../src/packages/layer-name.ts";
import { resourcesTooMany } from "../../../src/template/waiters.ts";

const KEY = "f".repeat(64);
const template = (count: number, more = {}) => ({
  Resources: { ...Object.fromEntries(Array.from({ length: count }, (_, i) => [`R${i}`, { Type: "X" }])), ...more },
});

describe("CloudFormation's 500 resources", () => {
  it.each([
    [499, [KEY], 0],
    [500, [KEY], 1],
    [500, [], 0],
    [501, [], 0],
    [498, ["a".repeat(64), KEY, "b".repeat(64)], 1],
  ])("%i and waiters for %j are %i too many", (count, keys, over) => {
    expect(resourcesTooMany(template(count), keys)).toBe(over);
  });

  it("count a waiter that is there already once", () => {
    expect(
      resourcesTooMany(template(499, { [deferredLogicalId(KEY)]: { Type: "Custom::NativeDepsLayer" } }), [KEY]),
    ).toBe(0);
  });
});
