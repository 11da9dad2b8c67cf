import { describe, expect, it } from "vitest";
import { at, changed } from "../../../src/template/json.ts";

describe("changed", () => {
  it("puts values where they belong and keeps all else, its order and the original", () => {
    const before = { b: [1, { c: 2 }], a: { x: 0 } };
    const after = changed(before, [
      [["b", 1, "c"], 3],
      [["a", "y"], 1],
      [["a", "y"], 2],
      [["new", "deep"], 4],
    ]);
    expect(JSON.stringify(after)).toBe('{"b":[1,{"c":3}],"a":{"x":0,"y":2},"new":{"deep":4}}');
    expect(JSON.stringify(before)).toBe('{"b":[1,{"c":2}],"a":{"x":0}}');
  });

  it("without changes gives the same", () => {
    expect(changed({ a: [1] }, [])).toEqual({ a: [1] });
  });

  it("takes __proto__ for a key as any other", () => {
    const before = JSON.parse('{"__proto__":{"a":1}}');
    const after = changed(before, [[["__proto__", "a"], 2]]) as object;
    expect(JSON.stringify(after)).toBe('{"__proto__":{"a":2}}');
    expect(Object.getPrototypeOf(after)).toBe(Object.prototype);
  });
});

describe("at", () => {
  it("follows own keys of objects only", () => {
    expect(at({ a: { b: 1 } }, "a", "b")).toBe(1);
    expect(at({ a: [1] }, "a", "0")).toBeUndefined();
    expect(at({}, "constructor")).toBeUndefined();
    expect(at(null, "a")).toBeUndefined();
  });
});
