import { describe, expect, it } from "vitest";
import {
  findInMapOf,
  getAttOf,
  ifOf,
  intrinsicName,
  isAbsent,
  isIntrinsic,
  refOf,
  subOf,
} from "../../../src/template/intrinsics.ts";
import { functionIdOf, idsIn } from "../../../src/template/references.ts";

describe("an intrinsic", () => {
  it.each([{ Ref: "A" }, { Condition: "C" }, { "Fn::Sub": "x" }, { "Fn::Transform": {} }])("is %j", (value) => {
    expect(isIntrinsic(value)).toBe(true);
  });

  it.each([
    {},
    { Ref: "A", B: 1 },
    { "Fn::If": [], "Fn::Sub": "" },
    { ref: "A" },
    { "Fn::ForEach::L": [] },
    [],
    null,
    "Ref",
  ])("is not %j", (value) => {
    expect(isIntrinsic(value)).toBe(false);
  });

  it("is named as in YAML", () => {
    expect([{ Ref: "A" }, { "Fn::GetAtt": "A.B" }].map(intrinsicName)).toEqual(["!Ref", "!GetAtt"]);
  });

  it("is absent where nothing is written", () => {
    expect([undefined, null, { Ref: "AWS::NoValue" }].map(isAbsent)).toEqual([true, true, true]);
    expect([false, "", 0, [], { Ref: "A" }].some(isAbsent)).toBe(false);
  });
});

describe("arguments of intrinsics", () => {
  it.each([
    [{ Ref: "A" }, "A"],
    [{ Ref: 7 }, undefined],
    [{ Ref: "A", B: 1 }, undefined],
    ["A", undefined],
  ])("Ref of %j", (value, name) => expect(refOf(value)).toBe(name));

  it.each([
    [{ "Fn::If": ["C", 1, 2] }, ["C", 1, 2]],
    [{ "Fn::If": ["C", 1] }, undefined],
    [{ "Fn::If": [{ Ref: "C" }, 1, 2] }, undefined],
    [{ "Fn::If": "C" }, undefined],
    [{ Ref: "C" }, undefined],
  ])("If of %j", (value, list) => expect(ifOf(value)).toEqual(list));

  it.each([
    [{ "Fn::GetAtt": ["A", "Arn"] }, ["A", "Arn"]],
    [{ "Fn::GetAtt": ["A", "Outputs", "B"] }, ["A", "Outputs.B"]],
    [{ "Fn::GetAtt": "A.Outputs.B" }, ["A", "Outputs.B"]],
    [{ "Fn::GetAtt": "A" }, undefined],
    [{ "Fn::GetAtt": ["A"] }, undefined],
    [{ "Fn::GetAtt": ["A", "B", { Ref: "C" }] }, undefined],
    [{ "Fn::GetAtt": [{ Ref: "C" }, "B"] }, undefined],
    [{ "Fn::GetAtt": 7 }, undefined],
    [{ "Fn::GetAtt": {} }, undefined],
  ])("GetAtt of %j", (value, parts) => expect(getAttOf(value)).toEqual(parts));

  it.each([
    [{ "Fn::Sub": "a" }, "a"],
    [{ "Fn::Sub": ["a", { B: 1 }] }, "a"],
    [{ "Fn::Sub": [7] }, undefined],
    [{ "Fn::Sub": { a: 1 } }, undefined],
  ])("Sub of %j", (value, text) => expect(subOf(value)).toBe(text));

  it("FindInMap is a list", () => {
    expect(findInMapOf({ "Fn::FindInMap": ["A", "b", "c"] })).toEqual(["A", "b", "c"]);
    expect(findInMapOf({ "Fn::FindInMap": "A" })).toBeUndefined();
  });
});

describe("what a value refers to", () => {
  it.each([
    [{ Ref: "Fn.Version" }, ["Fn"]],
    [{ "Fn::GetAtt": ["Fn", "Arn"] }, ["Fn"]],
    [{ "Fn::Sub": "${A.Arn}-${B}-${!Literal}" }, ["A", "B"]],
    [{ "Fn::Sub": ["${A}${V}", { V: { Ref: "C" } }] }, ["A", "V", "C"]],
    [{ a: [{ b: { Ref: "A" } }, "text", null] }, ["A"]],
    ["text", []],
  ])("%j", (value, ids) => expect(idsIn(value)).toEqual(ids));

  it.each([
    [{ Ref: "Fn" }, "Fn"],
    [{ "Fn::GetAtt": ["Fn", "Arn"] }, "Fn"],
    [{ "Fn::Sub": "${Fn}" }, "Fn"],
    [{ "Fn::Sub": "${Fn.Arn}" }, "Fn"],
    [{ "Fn::Sub": "x${Fn}" }, undefined],
    [{ "Fn::Sub": "${Fn}x" }, undefined],
    [{ "Fn::Sub": "" }, undefined],
    ["Fn", undefined],
  ])("the function of %j", (value, id) => expect(functionIdOf(value)).toBe(id));
});
