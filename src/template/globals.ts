import { isIntrinsic } from "./intrinsics.ts";
import { at, isObject, type JsonObject } from "./json.ts";

type Form = "primitive" | "dict" | "list";

/** An intrinsic counts as a primitive: what it gives is not known before the deployment. */
const formOf = (value: unknown): Form =>
  Array.isArray(value) ? "list" : isObject(value) && !isIntrinsic(value) ? "dict" : "primitive";

/** The lists that SAM replaces and does not join. Source: CUSTOM_STRATEGIES in samtranslator/plugins/globals/globals.py. */
const REPLACED = ["Architectures"];

/** A value of Globals and the function's own as SAM merges them (the same file, `_do_merge`). */
export function mergeGlobal(global: unknown, local: unknown, property = ""): unknown {
  const form = formOf(global);
  if (form !== formOf(local) || form === "primitive") return local;
  if (Array.isArray(global) && Array.isArray(local)) return REPLACED.includes(property) ? local : [...global, ...local];
  const [base, own] = [global as JsonObject, local as JsonObject];
  const merged = Object.entries(own).map(([key, value]) => [
    key,
    Object.hasOwn(base, key) ? mergeGlobal(base[key], value) : value,
  ]);
  return Object.fromEntries([...Object.entries(base), ...merged]);
}

/** What of `Globals.Function` SAM merges into a resource, its `IgnoreGlobals` heeded. */
export function globalsFor(fragment: JsonObject, resource: JsonObject): JsonObject {
  const globals = at(fragment, "Globals", "Function");
  if (resource.Type !== "AWS::Serverless::Function" || !isObject(globals)) return {};
  const ignored = resource.IgnoreGlobals;
  if (ignored === "*") return {};
  if (!Array.isArray(ignored)) return globals;
  return Object.fromEntries(Object.entries(globals).filter(([key]) => !ignored.includes(key)));
}
