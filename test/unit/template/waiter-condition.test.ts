import { describe, expect, it } from "vitest";
import { type Use, waiterCondition } from "../../../src/template/waiter-condition.ts";

/** `A !B` as a use: A holds, B does not. */
const use = (text: string): Use =>
  text.split(" ").flatMap((word) => {
    const condition = word.replace("!", "");
    return condition === "" ? [] : [{ condition, holds: !word.startsWith("!") }];
  });
const of = (...texts: string[]) => waiterCondition(texts.map(use));
const is = (name: string) => ({ Condition: name });
const not = (name: string) => ({ "Fn::Not": [is(name)] });
const and = (...operands: object[]) => ({ "Fn::And": operands });
const or = (...operands: object[]) => ({ "Fn::Or": operands });

describe("the condition of a waiter", () => {
  it.each<[string[], object]>([
    [[""], { kind: "none" }],
    [["A", ""], { kind: "none" }],
    [["A", "!A"], { kind: "none" }],
    [["A B", "A !B", "!A"], { kind: "none" }],
    [["A"], { kind: "existing", name: "A" }],
    [["A", "A"], { kind: "existing", name: "A" }],
    [["A A"], { kind: "existing", name: "A" }],
    [["A B", "A !B"], { kind: "existing", name: "A" }],
    [["!A"], { kind: "new", expression: not("A") }],
    [["A B"], { kind: "new", expression: and(is("A"), is("B")) }],
    [["B A", "A B"], { kind: "new", expression: and(is("A"), is("B")) }],
    [["A B", "C"], { kind: "new", expression: or(and(is("A"), is("B")), is("C")) }],
    [["A B", "!A !B"], { kind: "new", expression: or(and(is("A"), is("B")), and(not("A"), not("B"))) }],
    [["A B", "A C"], { kind: "new", expression: or(and(is("A"), is("B")), and(is("A"), is("C"))) }],
    [["A", "!B"], { kind: "new", expression: or(is("A"), not("B")) }],
    [["A", "B", "!B C"], { kind: "new", expression: or(is("A"), is("B"), and(not("B"), is("C"))) }],
    [["A B C", "A B !C", "D"], { kind: "new", expression: or(is("D"), and(is("A"), is("B"))) }],
  ])("for %j", (texts, wanted) => {
    expect(of(...texts)).toEqual(wanted);
  });

  it.each([2, 10])("is one Or of %i", (count) => {
    const names = Array.from({ length: count }, (_, i) => `C${i}`);
    expect(of(...names)).toEqual({ kind: "new", expression: or(...names.map(is)) });
  });

  it("is not simplified among very many uses", () => {
    const uses = (count: number) => [...Array.from({ length: count }, (_, i) => `C${i} D`), "A B", "A !B"];
    const text = (count: number) => JSON.stringify(of(...uses(count)));
    expect(text(48)).not.toContain("B");
    expect(text(49)).toContain("B");
  });

  it("nests beyond ten, never an Or of one", () => {
    const names = Array.from({ length: 11 }, (_, i) => `C${i}`);
    expect(of(...names)).toEqual({
      kind: "new",
      expression: or(or(...names.slice(0, 10).map(is)), is("C10")),
    });
  });
});
