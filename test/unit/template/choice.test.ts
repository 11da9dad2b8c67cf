import { describe, expect, it } from "vitest";
import {
  choose,
  fromLeaves,
  leavesOf,
  mapChoice,
  one,
  pair,
  toIfs,
  toIntrinsic,
  under,
} from "../../../src/template/choice.ts";

const nested = choose("A", choose("B", one(1), one(2)), one(3));
const guard = (condition: string, holds: boolean) => ({ condition, holds });
const LEAVES = [
  { when: [guard("A", true), guard("B", true)], value: 1 },
  { when: [guard("A", true), guard("B", false)], value: 2 },
  { when: [guard("A", false)], value: 3 },
];

describe("a choice", () => {
  it("has leaves, which make it again", () => {
    expect(leavesOf(nested)).toEqual(LEAVES);
    expect(fromLeaves(LEAVES)).toEqual(nested);
    expect(fromLeaves([])).toBeUndefined();
  });

  it("of which a side is missing is none", () => {
    expect(fromLeaves(LEAVES.slice(0, 1))).toBeUndefined();
    expect(fromLeaves(LEAVES.slice(2))).toBeUndefined();
  });

  it("asks for no condition twice", () => {
    expect(choose("A", choose("A", one(1), one(2)), choose("A", one(3), one(4)))).toEqual(choose("A", one(1), one(4)));
    expect(under(nested, "B", true)).toEqual(choose("A", one(1), one(3)));
    expect(under(nested, "B", false)).toEqual(choose("A", one(2), one(3)));
    expect(under(nested, "A", false)).toEqual(one(3));
  });

  it("is mapped with what holds on the way", () => {
    const named = mapChoice(
      nested,
      (value, when) => `${value}: ${when.map((g) => `${g.condition}=${g.holds}`).join()}`,
    );
    expect(leavesOf(named).map(({ value }) => value)).toEqual(["1: A=true,B=true", "2: A=true,B=false", "3: A=false"]);
  });

  it("pairs with another", () => {
    expect(leavesOf(pair(nested, choose("A", one("x"), one("y")))).map(({ value }) => value)).toEqual([
      [1, "x"],
      [2, "x"],
      [3, "y"],
    ]);
  });

  it("is written with an Fn::If for each condition, or for those that matter", () => {
    const same = choose("A", choose("B", one(1), one(1)), one(3));
    expect(toIfs(same)).toEqual({ "Fn::If": ["A", { "Fn::If": ["B", 1, 1] }, 3] });
    expect(toIntrinsic(same)).toEqual({ "Fn::If": ["A", 1, 3] });
  });
});
