import { at, isObject, type JsonObject } from "./json.ts";

/** What of `Globals.Function` SAM merges into a resource, its `IgnoreGlobals` heeded. */
export function globalsFor(fragment: JsonObject, resource: JsonObject): JsonObject {
  const globals = at(fragment, "Globals", "Function");
  if (resource.Type !== "AWS::Serverless::Function" || !isObject(globals)) return {};
  const ignored = resource.IgnoreGlobals;
  if (ignored === "*") return {};
  if (!Array.isArray(ignored)) return globals;
  return Object.fromEntries(Object.entries(globals).filter(([key]) => !ignored.includes(key)));
}
