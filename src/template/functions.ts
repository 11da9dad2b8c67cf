import { at, isObject, type JsonObject } from "./json.ts";

/** A Lambda function resource of a template, before or after the SAM transform. */
export interface TemplateFunction {
  readonly logicalId: string;
  /** `Resources.<logical id>` */
  readonly path: string;
  readonly resource: JsonObject;
  /** `Globals.Function`, for functions that SAM has yet to merge it into. */
  readonly globals: JsonObject;
}

const TYPES = ["AWS::Serverless::Function", "AWS::Lambda::Function"];

/** The functions of a template, in its order. */
export function functionsOf(fragment: JsonObject): readonly TemplateFunction[] {
  const resources = at(fragment, "Resources");
  if (!isObject(resources)) return [];
  const globals = at(fragment, "Globals", "Function");
  return Object.entries(resources).flatMap(([logicalId, resource]) => {
    if (!isObject(resource) || !TYPES.includes(String(resource.Type))) return [];
    const merged = resource.Type === "AWS::Serverless::Function" && isObject(globals) ? globals : {};
    return [{ logicalId, path: `Resources.${logicalId}`, resource, globals: merged }];
  });
}

/** A property as SAM will merge it for primitives: the function's own wins over Globals. */
export function primitive(fn: TemplateFunction, name: string): unknown {
  return at(fn.resource, "Properties", name) ?? fn.globals[name];
}
