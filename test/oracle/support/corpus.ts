import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { at, isObject, type JsonObject } from "../../../src/template/json.ts";
import { pipe } from "./translator.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

export interface CorpusTemplate {
  readonly name: string;
  readonly fragment: JsonObject;
}

/** The templates of cfn-lint's own tests, without their Transform, as a macro gets them. */
export async function corpus(): Promise<readonly CorpusTemplate[]> {
  await pipe(`${ROOT}lab/oracle/corpus`, [], "");
  const templates = JSON.parse(readFileSync(`${ROOT}.cache/corpus/templates.json`, "utf8")) as Record<
    string,
    JsonObject
  >;
  return Object.entries(templates).map(([name, { Transform: _, ...fragment }]) => ({ name, fragment }));
}

const isFunction = (value: unknown): value is JsonObject =>
  isObject(value) && (value.Type === "AWS::Lambda::Function" || value.Type === "AWS::Serverless::Function");

const isZip = (fn: JsonObject, globals: unknown): boolean =>
  (at(fn, "Properties", "PackageType") ?? (fn.Type === "AWS::Serverless::Function" && at(globals, "PackageType"))) !==
  "Image";

/** Replaces each zip function of a Resources section, those in loops among them. */
function mapFunctions(value: unknown, globals: unknown, change: (fn: JsonObject) => JsonObject): unknown {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([id, item]) => {
    if (id.startsWith("Fn::ForEach::") && Array.isArray(item)) {
      return [id, item.with(-1, mapFunctions(item.at(-1), globals, change))];
    }
    return [id, isFunction(item) && isZip(item, globals) ? change(item) : item];
  });
  return Object.fromEntries(entries);
}

const inTemplate = (template: JsonObject, change: (fn: JsonObject) => JsonObject): JsonObject => ({
  ...template,
  ...(template.Resources === undefined
    ? {}
    : { Resources: mapFunctions(template.Resources, at(template, "Globals", "Function"), change) }),
});

/** The template with one package asked for by every zip function. */
export const asking = (template: JsonObject): JsonObject =>
  inTemplate(template, (fn) => ({
    ...fn,
    Metadata: { ...(isObject(fn.Metadata) ? fn.Metadata : {}), Packages: { Runtime: ["jq"] } },
  }));

/** How many zip functions a template has, and how many of them have a layer of ours. */
export function served(template: JsonObject): { readonly functions: number; readonly withLayer: number } {
  let [functions, withLayer] = [0, 0];
  inTemplate(template, (fn) => {
    functions += 1;
    if (JSON.stringify(at(fn, "Properties", "Layers") ?? null).includes(":layer:nativedeps-")) withLayer += 1;
    return fn;
  });
  return { functions, withLayer };
}
