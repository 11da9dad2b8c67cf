import { globalsFor } from "./globals.ts";
import { at, type JsonObject, remembered } from "./json.ts";
import { mentionsLoop, type Resource, resourcesOf } from "./resources.ts";

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

/** The condition under which the function is there; undefined if it always is, or a loop has yet to name it. */
export function conditionOf({ resource, loops }: Resource): string | undefined {
  const { Condition } = resource;
  return typeof Condition === "string" && !mentionsLoop(Condition, loops) ? Condition : undefined;
}

/** The function's own property, before SAM merges Globals into it. */
export const ownProperty = (fn: TemplateFunction, name: string): unknown => at(fn.resource, "Properties", name);

/**
 * A property as it is once SAM has merged Globals in, for those where the function's own value replaces the global one:
 * all that are no mapping and no list, and Architectures. Source: CUSTOM_STRATEGIES and `_do_merge` in
 * samtranslator/plugins/globals/globals.py.
 */
export function property(fn: TemplateFunction, name: string): unknown {
  const local = ownProperty(fn, name);
  return local === undefined ? at(fn.globals, name) : local;
}
