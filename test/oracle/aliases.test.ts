import { beforeAll, describe, expect, it } from "vitest";
import { at, isObject, type JsonObject } from "../../src/template/json.ts";
import { type Mode, runMacro } from "./support/macro.ts";
import { type Translation, translateAll } from "./support/translator.ts";

/**
 * SAM publishes a version, and so moves the alias, when the logical id of the AWS::Lambda::Version changes that it
 * writes. The id must change exactly when the function's layer does.
 */
interface Deploy {
  readonly packages: readonly string[] | false;
  readonly mode: Mode;
  readonly refresh: number;
  readonly families: readonly string[];
  readonly properties: JsonObject;
}

const FIRST: Deploy = { packages: ["sqlite-libs", "jq"], mode: "found", refresh: 0, families: [], properties: {} };

/** A layer that is still being built, whose packages tell a family by name: `od`. */
const BUILDING: Partial<Deploy> = { packages: ["unixODBC"], mode: "deferred" };
const BUILT: Partial<Deploy> = { ...BUILDING, mode: "found" };

/** Deploys that follow the first one, or one of their own, and whether its version should be theirs. */
const NEXT: readonly (readonly [string, Partial<Deploy>, "same" | "another", Partial<Deploy>?])[] = [
  ["nothing changed", {}, "same"],
  ["the packages in another order, and one twice", { packages: ["jq", "sqlite-libs", "jq"] }, "same"],
  ["what SAM does not look at changed", { properties: { Timeout: 99 } }, "same"],
  ["the layer still being built", { mode: "deferred" }, "same"],
  ["another package", { packages: ["sqlite-libs", "jq", "tree"] }, "another"],
  ["one package fewer", { packages: ["jq"] }, "another"],
  ["another package, whose layer is still being built", { packages: ["tree"], mode: "deferred" }, "another"],
  ["the layer made anew", { refresh: 1 }, "another"],
  ["another runtime", { properties: { Runtime: "python3.12" } }, "another"],
  ["no packages any more", { packages: false }, "another"],
  ["the layer built, of the family that its packages told", { ...BUILT, families: ["od"] }, "same", BUILDING],
  ["the layer built, of one family more", { ...BUILT, families: ["fc", "od"] }, "another", BUILDING],
  ["the layer built, of no family", BUILT, "another", BUILDING],
  ["the layer built, which no name told anything of", {}, "same", { mode: "deferred" }],
  ["the same families", { families: ["fc"] }, "same", { families: ["fc"] }],
  ["a family that this macro does not know", { families: ["zzzz"] }, "same"],
];

function template({ packages, properties }: Deploy): JsonObject {
  const fn = (Packages: unknown): JsonObject => ({
    Type: "AWS::Serverless::Function",
    Metadata: { Packages },
    Properties: { Handler: "a.b", CodeUri: "s3://artifacts/0", Runtime: "python3.13", ...properties },
  });
  const asks = fn(packages === false ? false : { Runtime: packages });
  return { Globals: { Function: { AutoPublishAlias: "live" } }, Resources: { Asks: asks, Other: fn(false) } };
}

/** Ids of the versions that SAM publishes, by function. */
function versions(translation: Translation | undefined): Readonly<Record<string, string>> {
  if (translation === undefined || "error" in translation) throw new Error(JSON.stringify(translation));
  const resources = isObject(translation.template.Resources) ? translation.template.Resources : {};
  const ids = Object.entries(resources).filter(([, resource]) => at(resource, "Type") === "AWS::Lambda::Version");
  return Object.fromEntries(ids.map(([id, version]) => [String(at(version, "Properties", "FunctionName", "Ref")), id]));
}

let translations: readonly Translation[] = [];

beforeAll(async () => {
  const deploys = NEXT.flatMap(([, change, , before]) => [
    { ...FIRST, ...before },
    { ...FIRST, ...change },
  ]);
  const jobs = deploys.map(async (deploy) => {
    const answer = await runMacro(template(deploy), deploy.mode, {}, deploy);
    if (answer.status === "failure") throw new Error(answer.errorMessage);
    return { template: answer.fragment, parameters: {} };
  });
  translations = await translateAll(await Promise.all(jobs));
});

describe("the version that SAM publishes", () => {
  it.each(NEXT.map((row, index) => [row[2], row[0], index] as const))(
    "is %s after a deploy with %s",
    (which, _, index) => {
      const [before, after] = [versions(translations[2 * index]), versions(translations[2 * index + 1])];
      expect(after.Asks === before.Asks ? "same" : "another").toBe(which);
      expect(after.Other, "a function that does not ask").toBe(before.Other);
    },
  );
});
