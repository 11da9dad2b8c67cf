import { describe, expect, it } from "vitest";
import { errorMessage } from "../../../src/commands/transform.ts";
import { formatProblem, ProblemError, problemOf } from "../../../src/errors/problem.ts";

const problem = { code: "ND002", where: "Resources.A", what: "is wrong", todo: "mend it" };

describe("a problem", () => {
  it("is one line, whatever it is made of", () => {
    expect(formatProblem(problem)).toBe("Resources.A: is wrong: mend it");
    const hostile = { ...problem, what: "a\nb\u001b[31mc\u202ed\u2028e" };
    expect(formatProblem(hostile)).toBe("Resources.A: a b [31mc d e: mend it");
  });

  it("comes out of the error that carried it, or is made from another one", () => {
    const fallback = { code: "ND030", where: "Here", todo: "try again" };
    expect(problemOf(new ProblemError(problem), fallback)).toEqual(problem);
    expect(problemOf(new Error("odd\nthing"), fallback)).toEqual({ ...fallback, what: "odd thing" });
    expect(problemOf("text", fallback).what).toBe("text");
  });
});

describe("the macro's message", () => {
  it("is sorted, says a thing once, and stays under 4,000 characters", () => {
    const many = Array.from({ length: 300 }, (_, i) => ({ ...problem, where: `Resources.F${1000 - (i % 200)}` }));
    const message = errorMessage(many);
    const lines = message.split("\n");
    expect(message.length).toBeLessThan(4_000);
    expect(lines.slice(0, -1)).toEqual([...lines.slice(0, -1)].sort());
    expect(lines.at(-1)).toBe(`and ${200 - (lines.length - 1)} more`);
  });
});
