import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Problem } from "../../src/errors/problem.ts";
import type { JsonObject } from "../../src/template/json.ts";
import { asking, corpus, served } from "./support/corpus.ts";
import { runMacro } from "./support/macro.ts";
import { parameterValues } from "./support/parameters.ts";

/**
 * All templates of cfn-lint's own tests, good and bad: untouched where nothing asks; where every function asks, each
 * gets its layer, or the template is refused with codes that a person has looked at, one by one: corpus-problems.json.
 */
const codes = vi.hoisted(() => new Set<string>());

vi.mock("../../src/errors/problem.ts", async (original) => {
  const real = await original<typeof import("../../src/errors/problem.ts")>();
  const formatProblem = (problem: Problem): string => {
    codes.add(problem.code);
    return real.formatProblem(problem);
  };
  return { ...real, formatProblem };
});

const reviewed = JSON.parse(readFileSync(new URL("corpus-problems.json", import.meta.url), "utf8")) as Readonly<
  Record<string, readonly string[]>
>;
const templates = await corpus();
/** Named by `%s`, which shows the whole name. */
const rows = templates.map((template) => [template.name, template.fragment] as const);
const event = (fragment: JsonObject): JsonObject => ({ templateParameterValues: parameterValues(fragment) });

beforeEach(() => codes.clear());

describe("a template of the corpus where nothing asks", () => {
  it.each(rows)("comes back as it was: %s", async (name, fragment) => {
    const answer = await runMacro(fragment, "deferred", event(fragment));
    expect(JSON.stringify(answer.fragment)).toBe(JSON.stringify(fragment));
    if (answer.status === "failure") expect([...codes].sort(), answer.errorMessage).toEqual(reviewed[name]);
  });
});

describe("a template of the corpus where every function asks", () => {
  it.each(rows)("is served or refused on purpose: %s", async (name, fragment) => {
    const template = asking(fragment);
    const answer = await runMacro(template, "found", event(fragment));
    if (answer.status === "failure") {
      expect([...codes].sort(), answer.errorMessage).toEqual(reviewed[name]);
      return;
    }
    expect(reviewed[name], "a template that is served needs no entry").toBeUndefined();
    const { functions, withLayer } = served(answer.fragment as JsonObject);
    expect(withLayer).toBe(functions);
  });
});

describe("the table of refusals", () => {
  it("names templates of the corpus only", () => {
    const names = new Set(templates.map(({ name }) => name));
    expect(Object.keys(reviewed).filter((name) => !names.has(name))).toEqual([]);
  });
});
