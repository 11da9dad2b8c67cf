import { describe, expect, it } from "vitest";
import { conditionsIn } from "../../../src/template/conditions.ts";

const fragment = {
  Parameters: { Stage: { Type: "String", Default: "dev" } },
  Mappings: { M: { prod: { On: "yes" } } },
  Conditions: {
    True: { "Fn::Equals": [{ Ref: "Stage" }, "prod"] },
    False: { "Fn::Equals": ["a", { Ref: "Stage" }] },
    ByMapping: { "Fn::Equals": [{ "Fn::FindInMap": ["M", { Ref: "Stage" }, "On"] }, "yes"] },
    ByRegion: { "Fn::Equals": [{ Ref: "AWS::Region" }, "us-east-1"] },
    Numbers: { "Fn::Equals": ["1", 1] },
    Unknown: { "Fn::Equals": [{ Ref: "AWS::StackName" }, "x"] },
    Lists: { "Fn::Equals": [["a"], ["a"]] },
    NoValue: { "Fn::Equals": [{ Ref: "AWS::NoValue" }, "undefined"] },
    ByIf: { "Fn::Equals": [{ "Fn::If": ["Unknown", "a", "b"] }, "a"] },
    NotTrue: { "Fn::Not": [{ Condition: "True" }] },
    NotUnknown: { "Fn::Not": [{ Condition: "Unknown" }] },
    OrTrue: { "Fn::Or": [{ Condition: "Unknown" }, { Condition: "True" }] },
    OrUnknown: { "Fn::Or": [{ Condition: "Unknown" }, { Condition: "False" }] },
    OrFalse: { "Fn::Or": [{ Condition: "NotTrue" }, { Condition: "False" }] },
    AndFalse: { "Fn::And": [{ Condition: "Unknown" }, { Condition: "False" }] },
    AndUnknown: { "Fn::And": [{ Condition: "Unknown" }, { Condition: "True" }] },
    AndTrue: { "Fn::And": [{ Condition: "True" }, { Condition: "ByRegion" }] },
    Alias: { Condition: "True" },
    Itself: { "Fn::Not": [{ Condition: "Itself" }] },
    ByNumber: { Condition: 7 },
    NoList: { "Fn::Not": { Condition: "True" } },
    Other: { "Fn::Contains": [["a"], "a"] },
    Text: "True",
  },
};
const parameters = { Stage: "prod", "AWS::Region": "us-east-1" };

describe("a condition", () => {
  it.each<[string, boolean | undefined]>([
    ["True", true],
    ["False", false],
    ["ByMapping", true],
    ["ByRegion", true],
    ["Numbers", true],
    ["Unknown", undefined],
    ["Lists", undefined],
    ["NoValue", undefined],
    ["ByIf", undefined],
    ["NotTrue", false],
    ["NotUnknown", undefined],
    ["OrTrue", true],
    ["OrUnknown", undefined],
    ["OrFalse", false],
    ["AndFalse", false],
    ["AndUnknown", undefined],
    ["AndTrue", true],
    ["Alias", true],
    ["Itself", undefined],
    ["ByNumber", undefined],
    ["NoList", undefined],
    ["Other", undefined],
    ["Text", undefined],
    ["Nowhere", undefined],
  ])("%s is %s", (name, holds) => {
    expect(conditionsIn({ fragment, parameters, loops: [] })(name)).toBe(holds);
  });

  it("is asked anew with other parameters", () => {
    const holds = (Stage: string) => conditionsIn({ fragment, parameters: { Stage }, loops: [] })("True");
    expect([holds("prod"), holds("dev"), holds("prod")]).toEqual([true, false, true]);
  });
});
