import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type TransformOptions, transform } from "../../../src/commands/transform.ts";
import { makePlan } from "../../../src/packages/plan.ts";
import { readRequests } from "../../../src/template/read-requests.ts";
import { descriptionOf } from "../../fakes/jobs.ts";
import { fakePorts } from "../../fakes/ports.ts";
import { runs } from "../runs.ts";

const options: TransformOptions = {
  waitSeconds: 0,
  latest: Number.POSITIVE_INFINITY,
  waiterArn: "arn:waiter",
  warn: () => {},
};
const event = { requestId: "r", region: "us-east-1", accountId: "1", transformId: "1::NativeDeps" };

/** The macro over an account that has every layer, or none. */
async function run(fragment: unknown, built: boolean, values: unknown = {}) {
  const ports = fakePorts();
  const { find } = ports.layers;
  if (built) {
    ports.layers.find = async (name, key) => (await find(name, key)) ?? ports.layers.publish(name, descriptionOf(key));
  }
  const again = (f: unknown) => transform(ports, { ...event, fragment: f, templateParameterValues: values }, options);
  return { first: await again(fragment), again };
}

const CONDITIONS = ["A", "B", "Is${Name}"];

/** JSON as templates have it: literals, intrinsics in and out of shape, and whatever else. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<unknown>("ruby3.3", "python3.13", "arm64", "git", "${Name}", 7, null, false, [], {}, "__proto__"),
    fc.constantFrom("List", "Text", "Name", "AWS::NoValue", "AWS::Region", "Fn").map((name) => ({ Ref: name })),
    fc.tuple(fc.constantFrom(...CONDITIONS), tie("value"), tie("value")).map((list) => ({ "Fn::If": list })),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(tie("value"), { maxLength: 3 }).map((list) => ({ "Fn::FindInMap": list })),
    fc.dictionary(
      fc.constantFrom("Fn::Sub", "Fn::GetAtt", "Fn::If", "Ref", "Variables", "A", "__proto__"),
      tie("value"),
      {
        maxKeys: 2,
      },
    ),
  ),
}));

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const runtime = fc.oneof(fc.constantFrom<unknown>("ruby3.3", { "Fn::If": ["A", "ruby3.3", "ruby3.4"] }), value);
const layers = fc.oneof(
  fc.constantFrom<unknown>([], ["own"], { "Fn::If": ["A", ["a"], { Ref: "AWS::NoValue" }] }),
  value,
);

const properties = fc.record(
  {
    Runtime: runtime,
    Architectures: maybe(value),
    Layers: maybe(layers),
    Environment: maybe(value),
    AutoPublishAlias: maybe(value),
    AutoPublishAliasAllProperties: maybe(value),
    CodeSigningConfigArn: maybe(fc.constant({ Ref: "AWS::NoValue" })),
    FunctionName: maybe(value),
    PackageType: maybe(value),
  },
  { requiredKeys: [] },
);

const packages = fc.oneof(
  fc.constantFrom<unknown>({ Runtime: ["git"] }, { Runtime: "libpq" }, { Build: "gcc" }, false, null),
  fc.record({ Runtime: value, Build: maybe(value), Release: maybe(value) }, { requiredKeys: [] }),
);

const lambda = fc.record(
  {
    Type: fc.constantFrom("AWS::Serverless::Function", "AWS::Lambda::Function"),
    Metadata: fc.record({ Packages: packages }, { requiredKeys: [] }),
    Condition: fc.oneof(fc.constantFrom<unknown>(...CONDITIONS), value),
    IgnoreGlobals: fc.oneof(fc.constantFrom<unknown>("*", ["Layers"]), value),
    Properties: fc.oneof(
      { weight: 5, arbitrary: properties as fc.Arbitrary<unknown> },
      { weight: 1, arbitrary: value },
    ),
  },
  { requiredKeys: ["Type"] },
);

const version = value.map((name) => ({
  Type: "AWS::Lambda::Version",
  Properties: { FunctionName: name, Description: name },
}));
const loop = fc.tuple(fc.constant("Name"), value, fc.dictionary(fc.constantFrom("${Name}Fn", "F"), lambda));

const template = fc.record(
  {
    Parameters: fc.constant({ List: { Type: "CommaDelimitedList", Default: "a,b" }, Text: { Type: "String" } }),
    Conditions: fc.oneof(fc.constant<unknown>({ A: { "Fn::Equals": ["a", "b"] } }), value),
    Mappings: value,
    Globals: fc.record({ Function: fc.oneof(properties as fc.Arbitrary<unknown>, value) }, { requiredKeys: [] }),
    Resources: fc.dictionary(
      fc.constantFrom("Fn", "Other", "Third", "__proto__", "Fn::ForEach::Loop"),
      fc.oneof({ weight: 6, arbitrary: lambda as fc.Arbitrary<unknown> }, version, loop, value),
      { maxKeys: 5 },
    ),
  },
  { requiredKeys: ["Resources"] },
);

describe("the macro", () => {
  it("never throws, whatever JSON it is given", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(template, fc.jsonValue(), lambda), value, fc.boolean(), async (json, values, built) => {
        const { first } = await run(json, built, values);
        expect(first.requestId).toBe("r");
        if (first.status === "failure") expect(first.errorMessage.length).toBeLessThan(4_000);
      }),
      { numRuns: runs(1_000) },
    );
  });

  it("changes nothing the second time", async () => {
    await fc.assert(
      fc.asyncProperty(template, fc.boolean(), async (json, built) => {
        const { first, again } = await run(json, built);
        fc.pre(first.status === "success");
        const second = await again(first.fragment);
        expect(second.status === "failure" ? second.errorMessage : "").toBe("");
        expect(JSON.stringify(second.fragment)).toBe(JSON.stringify(first.fragment));
      }),
      { numRuns: runs(1_000) },
    );
  });

  it("changes no function that does not ask, and nothing but resources and conditions", async () => {
    await fc.assert(
      fc.asyncProperty(template, fc.boolean(), async (json, built) => {
        const { first } = await run(json, built);
        fc.pre(first.status === "success");
        const { Resources: after, Conditions: _c, ...rest } = first.fragment as typeof json;
        const { Resources: before, Conditions: _d, ...same } = json;
        expect(rest).toEqual(same);
        for (const [id, resource] of Object.entries(before)) {
          const metadata = (resource as { Metadata?: { Packages?: unknown } } | null)?.Metadata?.Packages;
          const type = (resource as { Type?: unknown } | null)?.Type;
          if (!metadata && type !== "AWS::Lambda::Version" && !Array.isArray(resource)) {
            expect(JSON.stringify(Object.entries(after).find(([key]) => key === id)?.[1])).toBe(
              JSON.stringify(resource),
            );
          }
        }
      }),
      { numRuns: runs(500) },
    );
  });

  it("makes the same layers in whatever order things are written", () => {
    const names = fc.uniqueArray(fc.constantFrom("git", "jq", "libpq", "mysql-libs", "perl(Foo)"), { minLength: 1 });
    const functions = fc.array(fc.tuple(names, fc.constantFrom("ruby3.3", "python3.13")), {
      minLength: 1,
      maxLength: 5,
    });
    const keysOf = (list: readonly (readonly [readonly string[], string])[], flipped: boolean) => {
      const entries = list.map(([Runtime, runtime], i) => {
        const shown = { Type: "AWS::Lambda::Function", Metadata: { Packages: { Runtime, Build: ["gcc"] } } };
        const turned = {
          Metadata: { Packages: { Build: ["gcc"], Runtime: [...Runtime].reverse() } },
          Type: shown.Type,
        };
        return [`F${i}`, { ...(flipped ? turned : shown), Properties: { Runtime: runtime } }] as const;
      });
      const { requests } = readRequests({ Resources: Object.fromEntries(flipped ? entries.reverse() : entries) });
      const plan = makePlan(requests);
      return Object.fromEntries(plan.functions.map(({ path, key }) => [path, key]));
    };
    fc.assert(
      fc.property(functions, (list) => {
        expect(keysOf(list, true)).toEqual(keysOf(list, false));
      }),
    );
  });
});
