import { describe, expect, it } from "vitest";
import {
  isVersionOf,
  layerItems,
  mentionsVersion,
  mostLayers,
  withoutVersions,
} from "../../../src/template/layer-items.ts";

const known = { names: new Set(["ours"]), waiters: new Set(["Waiter"]) };
const OURS = "arn:aws:lambda:us-east-1:1:layer:ours:12";
const NOTHING = { Ref: "AWS::NoValue" };
const when = (condition: string, yes: unknown, no: unknown) => ({ "Fn::If": [condition, yes, no] });

describe("a version of our layer", () => {
  it.each([
    OURS,
    { "Fn::Sub": "arn:${AWS::Partition}:lambda:${AWS::Region}:1:layer:ours:1" },
    { "Fn::GetAtt": ["Waiter", "LayerVersionArn"] },
    when("C", OURS, OURS),
  ])("is %j", (item) => expect(isVersionOf(item, known)).toBe(true));

  it.each([
    "arn:aws:lambda:us-east-1:1:layer:ours",
    `${OURS}x`,
    "arn:aws:lambda:us-east-1:1:layer:other:1",
    { Ref: "Waiter" },
    { "Fn::GetAtt": ["Other", "LayerVersionArn"] },
    when("C", OURS, "other"),
    when("C", "other", OURS),
    7,
  ])("is not %j", (item) => expect(isVersionOf(item, known)).toBe(false));

  it("is mentioned in a branch", () => {
    expect(mentionsVersion(when("C", "other", when("D", OURS, "other")), known)).toBe(true);
    expect(mentionsVersion(when("C", OURS, "other"), known)).toBe(true);
    expect(mentionsVersion(when("C", "a", "b"), known)).toBe(false);
  });

  it.each([
    [OURS, undefined],
    ["other", "other"],
    [when("C", "a", "b"), when("C", "a", "b")],
    [when("C", OURS, "b"), when("C", NOTHING, "b")],
    [when("C", "a", OURS), when("C", "a", NOTHING)],
    [when("C", OURS, NOTHING), undefined],
    [when("C", NOTHING, OURS), undefined],
  ])("is taken out of %j", (item, left) => expect(withoutVersions(item, known)).toEqual(left));
});

describe("the most layers", () => {
  const chain = (depth: number): unknown => (depth === 0 ? "a" : when(`C${depth}`, "a", chain(depth - 1)));

  it.each<[unknown[], number]>([
    [[], 0],
    [["a", "b"], 2],
    [[NOTHING], 0],
    [[when("C", "a", NOTHING), when("C", NOTHING, "b")], 1],
    [[when("C", "a", NOTHING), when("D", NOTHING, "b")], 2],
    [[when("C", when("D", "a", NOTHING), NOTHING), when("D", NOTHING, "b")], 1],
    [[when("C", NOTHING, NOTHING), "a"], 1],
    [Array.from({ length: 9 }, (_, i) => when(`C${i}`, "a", NOTHING)), 9],
    // Nine conditions that exclude each other: the ninth is not followed any more, so it counts on either side.
    [[...Array.from({ length: 9 }, (_, i) => when(`C${i}`, NOTHING, NOTHING)), when("C8", "a", NOTHING)], 1],
    [[chain(20)], 1],
  ])("of %j", (items, most) => expect(mostLayers(items)).toBe(most));
});

describe("items of a list parameter", () => {
  const scope = (Type: unknown, value: unknown) => ({
    fragment: { Parameters: { List: { Type } } },
    parameters: { List: value },
    loops: [],
  });
  const items = (Type: unknown, value: unknown) => layerItems({ Ref: "List" }, scope(Type, value));
  const select = (i: number) => ({ "Fn::Select": [i, { Ref: "List" }] });

  it.each<[string, unknown, unknown[]]>([
    ["CommaDelimitedList", ["a", "b"], [select(0), select(1)]],
    ["CommaDelimitedList", "a,b", [select(0), select(1)]],
    ["List<String>", ["a"], [select(0)]],
    ["CommaDelimitedList", "", []],
    ["CommaDelimitedList", [""], []],
    ["CommaDelimitedList", ["", ""], [select(0), select(1)]],
  ])("%s %j", (type, value, list) => expect(items(type, value)).toEqual({ value: { items: list } }));

  it.each<[unknown, unknown]>([
    ["String", "a,b"],
    ["AWS::SSM::Parameter::Value<List<String>>", ["a"]],
    ["CommaDelimitedListOf", ["a"]],
    [7, ["a"]],
    ["CommaDelimitedList", 7],
  ])("not of the type %j with %j", (type, value) => {
    expect(items(type, value)).toMatchObject({ value: { what: "is !Ref List, not known to be a list" } });
  });
});
