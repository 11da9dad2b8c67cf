import { describe, expect, it } from "vitest";
import { mostLayers } from "../../../src/template/layer-count.ts";
import { layerItems, versionTest, withoutVersions } from "../../../src/template/layer-items.ts";

const empty = {
  fragment: {},
  parameters: { Old: "arn:aws:lambda:us-east-1:1:layer:ours:3", List: ["a", "x:layer:ours:4"] },
  loops: [],
};
const known = versionTest({ names: new Set(["ours"]), waiters: new Set(["Waiter"]) }, empty);
const OURS = "arn:aws:lambda:us-east-1:1:layer:ours:12";
const NOTHING = { Ref: "AWS::NoValue" };
const when = (condition: string, yes: unknown, no: unknown) => ({ "Fn::If": [condition, yes, no] });

describe("a version of our layer", () => {
  it.each([
    OURS,
    { "Fn::Sub": "arn:${AWS::Partition}:lambda:${AWS::Region}:1:layer:ours:1" },
    { "Fn::GetAtt": ["Waiter", "LayerVersionArn"] },
    when("C", OURS, OURS),
    when("C", OURS, NOTHING),
    { Ref: "Old" },
    { "Fn::Select": [1, { Ref: "List" }] },
    { "Fn::Select": ["1", { Ref: "List" }] },
  ])("is %j", (item) => expect(known.always(item)).toBe(true));

  it.each([
    "arn:aws:lambda:us-east-1:1:layer:ours",
    `${OURS}x`,
    "arn:aws:lambda:us-east-1:1:layer:other:1",
    { Ref: "Waiter" },
    { "Fn::GetAtt": ["Other", "LayerVersionArn"] },
    when("C", OURS, "other"),
    when("C", "other", OURS),
    NOTHING,
    { "Fn::Select": [0, { Ref: "List" }] },
    { "Fn::Select": [2, { Ref: "List" }] },
    { "Fn::Select": [0, ["x:layer:ours:4"]] },
    7,
  ])("is not %j", (item) => expect(known.always(item)).toBe(false));

  it("is mentioned in a branch", () => {
    expect(known.sometimes(when("C", "other", when("D", OURS, "other")))).toBe(true);
    expect(known.sometimes(when("C", OURS, "other"))).toBe(true);
    expect(known.sometimes(when("C", "a", "b"))).toBe(false);
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
    // Of nine shared conditions the last is not followed any more, so it counts on either side.
    [Array.from({ length: 9 }, (_, i) => [when(`C${i}`, "a", NOTHING), when(`C${i}`, NOTHING, "b")]).flat(), 10],
    // A chain of conditions of one item's own takes nothing from those that are shared.
    [[chain(9), when("P", "a", NOTHING), when("P", NOTHING, "b")], 2],
    [[chain(20)], 1],
  ])("of %j", (items, most) => expect(mostLayers(items, () => undefined)).toBe(most));

  it("heeds conditions of which it is known whether they hold", () => {
    const items = [when("P", "a", NOTHING), when("Q", "b", NOTHING), when("R", when("P", NOTHING, "c"), "d")];
    const holds = (name: string) => ({ P: true, Q: false })[name];
    expect(mostLayers(items, holds)).toBe(2);
  });
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
    ["List", ["a"]],
    ["CommaDelimitedListOf", ["a"]],
    [7, ["a"]],
    ["CommaDelimitedList", 7],
  ])("not of the type %j with %j", (type, value) => {
    const todo = "write it as a list: `Layers: [!Ref List]`";
    expect(items(type, value)).toEqual({ value: { what: "is !Ref List, not known to be a list", todo } });
  });

  it("that SSM holds are to be picked one by one", () => {
    const todo = "write it as a list: `Layers: [!Select [0, !Ref List]]`";
    expect(items("AWS::SSM::Parameter::Value<List<String>>", ["a"])).toMatchObject({ value: { todo } });
  });

  it("may come from a mapping", () => {
    const fragment = { Mappings: { M: { a: { list: ["x", "y"], text: "x" } } } };
    const value = (key: string) => ({ "Fn::FindInMap": ["M", "a", key] });
    const read = (key: string) => layerItems(value(key), { fragment, parameters: {}, loops: [] });
    const select = (i: number) => ({ "Fn::Select": [i, value("list")] });
    expect(read("list")).toEqual({ value: { items: [select(0), select(1)] } });
    expect(read("text")).toMatchObject({ value: { what: "is left to !FindInMap" } });
    expect(read("none")).toMatchObject({ value: { what: "is left to !FindInMap" } });
  });
});
