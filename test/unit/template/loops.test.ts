import { describe, expect, it } from "vitest";
import { copiesOf, expanded, pointsTo } from "../../../src/template/loops.ts";
import { resourcesOf } from "../../../src/template/resources.ts";

const scope = {
  fragment: {},
  parameters: { Names: ["x", "y"], Text: "a,b", One: "z", Many: Array(501).fill("n") },
  loops: [],
};
const loop = (variable: string, collection: unknown) => ({ variable, collection });

describe("the rounds of loops", () => {
  it.each([
    [[], [["N${N}", "M${M}"]]],
    [
      [loop("N", ["a", "b-c"])],
      [
        ["Na", "M${M}"],
        ["Nb-c", "M${M}"],
      ],
    ],
    [
      [loop("N", ["a"]), loop("M", { Ref: "Names" })],
      [
        ["Na", "Mx"],
        ["Na", "My"],
      ],
    ],
    [
      [loop("N", { Ref: "Text" })],
      [
        ["Na", "M${M}"],
        ["Nb", "M${M}"],
      ],
    ],
    [[loop("N", [{ Ref: "One" }])], [["Nz", "M${M}"]]],
    [[loop("N", [{ Ref: "Nowhere" }])], undefined],
    [[loop("N", [{ Ref: "Names" }])], undefined],
    [[loop("N", { Ref: "Nowhere" })], undefined],
    [[loop("N", "a,b")], undefined],
    [[loop("N", { Ref: "Many" })], undefined],
    [[loop("N", ["a"]), loop("M", { "Fn::Split": [] })], undefined],
  ])("%j make %j", (loops, rounds) => {
    expect(expanded(["N${N}", "M${M}"], loops, scope)).toEqual(rounds);
  });

  it("are no more names than a template may have", () => {
    const list = (count: number) => Array.from({ length: count }, (_, i) => String(i));
    expect(expanded(["N"], [loop("N", list(25)), loop("M", list(20))], scope)).toHaveLength(500);
    expect(expanded(["N"], [loop("N", list(26)), loop("M", list(20))], scope)).toBeUndefined();
    expect(copiesOf([loop("N", list(26)), loop("M", list(20)), loop("O", "unknown")], scope)).toBe(520);
  });

  it("write a variable without what no logical id may hold as &{N}", () => {
    expect(expanded(["R&{N}", "${N}"], [loop("N", ["a-b.c"])], scope)).toEqual([["Rabc", "a-b.c"]]);
  });
});

describe("a reference", () => {
  const inside = (variable: string, collection: unknown, id: string) => [variable, collection, { [id]: {} }];
  const fragment = {
    Resources: {
      Plain: {},
      FnA: {},
      "Fn::ForEach::First": inside("N", ["A", "B"], "First${N}"),
      "Fn::ForEach::Second": inside("N", ["A", "C"], "First${N}"),
      "Fn::ForEach::Third": inside("M", ["A"], "Third${M}"),
      "Fn::ForEach::Unknown": inside("N", { "Fn::Split": [] }, "First${N}"),
      "Fn::ForEach::Outer": [
        "N",
        ["A"],
        { "Outer${N}": {}, "Fn::ForEach::Inner": inside("M", ["B"], "Inner${N}${M}") },
      ],
    },
  };
  const all = resourcesOf(fragment);
  const named = (path: string) => {
    const found = all.find((resource) => resource.path === path);
    if (found === undefined) throw new Error(path);
    return found;
  };
  const [first, second, third, unknown] = ["First", "Second", "Third", "Unknown"].map((name) =>
    named(`Resources.Fn::ForEach::${name}[2].${name === "Third" ? "Third${M}" : "First${N}"}`),
  );
  const outer = named("Resources.Fn::ForEach::Outer[2].Outer${N}");
  const inner = named("Resources.Fn::ForEach::Outer[2].Fn::ForEach::Inner[2].Inner${N}${M}");
  const plain = named("Resources.Plain");

  it.each([
    ["at the same level", plain, "FnA", named("Resources.FnA"), true],
    ["to another name", plain, "FnB", named("Resources.FnA"), false],
    ["in the same loop", first, "First${N}", first, true],
    ["out of a loop", first, "Plain", plain, true],
    ["into a round of a loop", plain, "FirstB", first, true],
    ["into no round of a loop", plain, "FirstC", first, false],
    ["into a loop as it is written", plain, "First${N}", first, false],
    ["between loops of one variable", second, "First${N}", first, true],
    ["between loops with no round in common", third, "First${N}", first, false],
    ["between loops of other variables", third, "First${M}", first, true],
    ["into a loop that only CloudFormation knows", plain, "FirstA", unknown, false],
    ["out of one", unknown, "First${N}", first, false],
    ["from an inner loop", inner, "Outer${N}", outer, true],
    ["into an inner loop", outer, "Inner${N}B", inner, true],
    ["into no round of an inner loop", outer, "Inner${N}C", inner, false],
  ])("%s", (_, from, id, to, points) => {
    if (from === undefined || to === undefined) throw new Error("no such resource");
    expect(pointsTo(from, id, to, { ...scope, fragment })).toBe(points);
  });
});
