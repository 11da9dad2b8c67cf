import { globalsFor, mergeGlobal } from "./globals.ts";
import { at, type JsonObject, remembered } from "./json.ts";
import { type Resource, resourcesOf } from "./resources.ts";

/** A Lambda function resource of a template, before or after the SAM transform. */
export interface TemplateFunction extends Resource {
  /** What of `Globals.Function` SAM has yet to merge into it. */
  readonly globals: JsonObject;
}

export const FUNCTION_TYPES: readonly unknown[] = ["AWS::Serverless::Function", "AWS::Lambda::Function"];

/** The functions of a template, in its order. */
export const functionsOf = remembered((fragment): readonly TemplateFunction[] => {
  const functions = resourcesOf(fragment).filter(({ resource }) => FUNCTION_TYPES.includes(resource.Type));
  return functions.map((fn) => ({ ...fn, globals: globalsFor(fragment, fn.resource) }));
});

/** The function's own property, before SAM merges Globals into it. */
export const ownProperty = (fn: TemplateFunction, name: string): unknown => at(fn.resource, "Properties", name);

/** A property as it is once SAM has merged Globals in. */
export function property(fn: TemplateFunction, name: string): unknown {
  const [global, local] = [at(fn.globals, name), ownProperty(fn, name)];
  if (local === undefined || global === undefined) return local ?? global;
  return mergeGlobal(global, local, name);
}
