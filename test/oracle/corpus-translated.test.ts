import { beforeAll, describe, expect, it } from "vitest";
import { isObject, type JsonObject } from "../../src/template/json.ts";
import { check } from "./support/check.ts";
import { asking, corpus } from "./support/corpus.ts";
import { type Mode, runMacro } from "./support/macro.ts";
import { packaged } from "./support/packaged.ts";
import { parameterValues, translatorParameters } from "./support/parameters.ts";
import { type Translation, translateAll } from "./support/translator.ts";

/**
 * The templates of cfn-lint's own tests in which every function asks, through AWS's own transforms with and without
 * NativeDeps. Those that the macro or SAM refuses, and those without functions, show nothing here.
 */
const MODES: readonly Mode[] = ["found", "deferred"];

interface Row {
  readonly name: string;
  readonly template: JsonObject;
  readonly parameters: JsonObject;
}

const hasFunction = (template: JsonObject): boolean =>
  /"AWS::(Lambda|Serverless)::Function"/.test(JSON.stringify(template));

const rows: readonly Row[] = (await corpus())
  .filter(({ fragment }) => isObject(fragment.Resources) && hasFunction(fragment))
  .map(({ name, fragment }) => ({
    name,
    template: asking(packaged(fragment)),
    parameters: parameterValues(fragment),
  }));

const translations = new Map<string, Translation>();
/** Below this the corpus or the translator is not what it was, and the test shows nothing any more. */
const ENOUGH = 30;

beforeAll(async () => {
  const jobs = await Promise.all(
    rows.map(async ({ name, template, parameters }) => {
      const answers = await Promise.all(
        MODES.map(async (mode) => ({
          id: `${name} ${mode}`,
          answer: await runMacro(template, mode, { templateParameterValues: parameters }),
        })),
      );
      const after = answers.flatMap(({ id, answer }) =>
        answer.status === "success"
          ? [{ id, template: answer.fragment, parameters: translatorParameters(parameters) }]
          : [],
      );
      return [{ id: name, template, parameters: translatorParameters(parameters) }, ...after];
    }),
  );
  const flat = jobs.flat();
  const answers = await translateAll(flat);
  for (const [index, { id }] of flat.entries()) translations.set(id, answers[index] as Translation);
});

/** The translations with NativeDeps; none if the macro refuses the template, or SAM does without us. */
function afters(name: string): readonly (readonly [Mode, Translation])[] {
  const before = translations.get(name);
  if (before === undefined || "error" in before) return [];
  return MODES.flatMap((mode) => {
    const after = translations.get(`${name} ${mode}`);
    return after === undefined ? [] : [[mode, after] as const];
  });
}

describe("a template of the corpus through the SAM translator", () => {
  it.each(rows.map((row) => [row.name, row] as const))("%s", (name, { parameters }) => {
    const before = translations.get(name);
    for (const [mode, after] of afters(name)) {
      if (before === undefined || "error" in before) continue;
      if ("error" in after) throw new Error(`${name}, ${mode}: ${after.error}`);
      check({ before, after, mode, parameters, params: {} });
    }
  });

  it(`is compared for ${ENOUGH} templates at least`, () => {
    expect(rows.filter(({ name }) => afters(name).length > 0).length).toBeGreaterThanOrEqual(ENOUGH);
  });
});
