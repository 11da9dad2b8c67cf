import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/template/json.ts";
import { runs } from "../unit/runs.ts";
import { check, type Stages } from "./support/check.ts";
import { type Mode, runMacro } from "./support/macro.ts";
import { packaged } from "./support/packaged.ts";
import { parameterValues, translatorParameters } from "./support/parameters.ts";
import { type Translation, translateAll } from "./support/translator.ts";

/**
 * Made-up templates in the forms that functions and Globals can have, through AWS's own transforms with and without
 * NativeDeps, in every combination of their conditions. Those that SAM refuses without us show nothing.
 */
const NOTHING = { Ref: "AWS::NoValue" };
const when = (condition: string, yes: unknown, no: unknown) => ({ "Fn::If": [condition, yes, no] });

const conditional = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 4, arbitrary: value },
    fc.tuple(fc.constantFrom("A", "B"), value, value).map(([condition, yes, no]) => when(condition, yes, no)),
    fc.tuple(fc.constantFrom("A", "B"), value, value, value).map(([c, x, y, z]) => when(c, x, when("B", y, z))),
  );

const layer = fc.oneof(
  fc.constantFrom<unknown>("arn:aws:lambda:us-east-1:1:layer:one:1", "arn:aws:lambda:us-east-1:1:layer:two:2"),
  fc.constantFrom<unknown>({ Ref: "OneLayer" }, when("A", "arn:aws:lambda:us-east-1:1:layer:three:1", NOTHING)),
);
const layers = conditional(
  fc.oneof(
    fc.array(layer, { maxLength: 2 }),
    fc.constantFrom<unknown>({ Ref: "LayerList" }, { Ref: "EmptyList" }, NOTHING, []),
  ),
);
const variables = fc.oneof(
  fc.dictionary(fc.constantFrom("V1", "V2", "TZDIR"), fc.constantFrom<unknown>("x", { Ref: "OneLayer" }), {
    maxKeys: 2,
  }),
  fc.constant(NOTHING),
);
const environment = conditional(
  fc.oneof(
    conditional(variables).map((Variables) => ({ Variables })),
    fc.constant(NOTHING),
  ),
);
const runtime = conditional(fc.constantFrom<unknown>("python3.13", "python3.11", { Ref: "Runtime" }));
const architectures = conditional(fc.constantFrom<unknown>(["arm64"], ["x86_64"], { Ref: "Architectures" }));

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const shared = { Layers: maybe(layers), Environment: maybe(environment), Architectures: maybe(architectures) };
const globals = fc.record({ ...shared, Runtime: fc.constant("nodejs22.x") }, { requiredKeys: ["Runtime"] });
const fn = fc.record(
  {
    Type: fc.constant("AWS::Serverless::Function"),
    Condition: fc.constantFrom("A", "B"),
    IgnoreGlobals: fc.constantFrom<unknown>("*", ["Layers"], ["Environment", "Architectures"]),
    Metadata: fc.constantFrom<JsonObject>(
      { Packages: { Runtime: ["git"] } },
      { Packages: { Runtime: ["tzdata", "git"] } },
      { Packages: { Build: "gcc" } },
      { Packages: false },
      {},
    ),
    Properties: fc.record(
      { ...shared, Runtime: runtime, AutoPublishAlias: fc.constant("live"), Handler: fc.constant("a.b") },
      { requiredKeys: ["Runtime"] },
    ),
  },
  { requiredKeys: ["Type", "Metadata", "Properties"] },
);
const template = fc
  .record({ Globals: maybe(globals), First: fn, Second: fn, Default: fc.boolean() })
  .map(({ Globals, First, Second, Default }) => ({
    Parameters: {
      For: { Type: "String", Default: "x" },
      OneLayer: { Type: "String", Default: "arn:aws:lambda:us-east-1:1:layer:four:1" },
      LayerList: { Type: "CommaDelimitedList", Default: "arn:a,arn:b" },
      EmptyList: { Type: "CommaDelimitedList", Default: "" },
      Runtime: { Type: "String", Default: "python3.12" },
      Architectures: { Type: "CommaDelimitedList", Default: "arm64" },
    },
    // By the stack's name, which the macro does not know.
    Conditions: {
      A: { "Fn::Equals": [{ Ref: "AWS::StackName" }, "a"] },
      B: { "Fn::Equals": [{ Ref: "AWS::StackName" }, "b"] },
    },
    ...(Default ? { Metadata: { NativeDeps: { Packages: { Runtime: ["jq"] } } } } : {}),
    ...(Globals === undefined ? {} : { Globals: { Function: Globals } }),
    Resources: { First, Second },
  }));

const SEED = Number(process.env.NATIVEDEPS_SEED ?? "1");
const samples = fc
  .sample(template, { numRuns: runs(400), seed: SEED })
  .map((t) => packaged(JSON.parse(JSON.stringify(t))));
const MODES: readonly Mode[] = ["found", "deferred"];
const parameters = parameterValues(samples[0]);

/** Throws with the template where it comes out otherwise than it should. */
function compare(fragment: JsonObject, before: Stages, after: Translation, mode: Mode): void {
  try {
    expect("error" in after ? after.error : "").toBe("");
    check({ before, after: after as Stages, mode, parameters, params: {} });
  } catch (failure) {
    throw new Error(`${mode}: ${JSON.stringify(fragment)}\n${String(failure)}`);
  }
}

describe(`a made-up template through the SAM translator (seed ${SEED})`, () => {
  const translations = new Map<string, Translation>();
  beforeAll(async () => {
    const jobs = await Promise.all(
      samples.flatMap((fragment, index) => [
        { id: `${index}`, template: fragment },
        ...MODES.map(async (mode) => {
          const event = { templateParameterValues: parameters };
          const answer = await runMacro(fragment, mode, event, { families: ["tz"] });
          return { id: `${index} ${mode}`, template: answer.status === "success" ? answer.fragment : undefined };
        }),
      ]),
    );
    const served = jobs.filter((job) => job.template !== undefined);
    const answers = await translateAll(
      served.map(({ template }) => ({ template, parameters: translatorParameters(parameters) })),
    );
    for (const [index, { id }] of served.entries()) translations.set(id, answers[index] as Translation);
  }, 3_000_000);

  it("comes out with its layers in their places, and all else as it was", () => {
    let compared = 0;
    for (const [index, fragment] of samples.entries()) {
      const before = translations.get(`${index}`);
      if (before === undefined || "error" in before) continue;
      for (const mode of MODES) {
        const after = translations.get(`${index} ${mode}`);
        if (after === undefined) continue;
        compare(fragment, before, after, mode);
        compared += 1;
      }
    }
    expect(compared, "more than half of all cases").toBeGreaterThan(samples.length);
  }, 3_000_000);
});
