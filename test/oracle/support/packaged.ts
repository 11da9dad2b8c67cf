import { at, isObject, type JsonObject } from "../../../src/template/json.ts";
import { declared } from "./declared.ts";

const S3 = "s3://artifacts/0123456789abcdef";
const HTTPS = "https://s3.amazonaws.com/artifacts/0123456789abcdef.template";
const IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1";

/** Properties that `sam package` uploads, and what it writes in their place. */
const UPLOADED: Readonly<Record<string, string>> = {
  CodeUri: S3,
  ContentUri: S3,
  DefinitionUri: S3,
  Location: HTTPS,
};

function uploaded(properties: JsonObject): JsonObject {
  const entries = Object.entries(properties).map(([name, value]) => {
    const target = UPLOADED[name];
    return [name, target !== undefined && typeof value === "string" && !/^(s3|https):/.test(value) ? target : value];
  });
  return Object.fromEntries(entries);
}

/** What SAM wants of every function, where a case left it out because it does not matter there. */
function completed(properties: JsonObject, globals: JsonObject): JsonObject {
  const has = (name: string): boolean => properties[name] !== undefined || globals[name] !== undefined;
  if ((properties.PackageType ?? globals.PackageType) === "Image") {
    return has("ImageUri") ? properties : { ...properties, ImageUri: IMAGE };
  }
  return {
    ...properties,
    ...(has("CodeUri") || has("InlineCode") ? {} : { CodeUri: S3 }),
    ...(has("Handler") ? {} : { Handler: "app.handler" }),
    ...(has("Runtime") ? {} : { Runtime: "python3.13" }),
  };
}

/** SAM refuses an image function that inherits what only zip functions have. */
function withoutZip(fn: JsonObject, globals: JsonObject): JsonObject {
  const inherited = ["Runtime", "Handler", "Layers"].filter((name) => globals[name] !== undefined);
  const isImage = at(fn, "Properties", "PackageType") === "Image";
  return isImage && inherited.length > 0 ? { IgnoreGlobals: inherited, ...fn } : fn;
}

function resource(value: unknown, globals: JsonObject): unknown {
  if (!isObject(value)) return value;
  if (!isObject(value.Properties) && value.Type !== "AWS::Serverless::Function") return value;
  if (typeof value.Type !== "string" || !value.Type.startsWith("AWS::Serverless::")) return value;
  const properties = uploaded(isObject(value.Properties) ? value.Properties : {});
  const isFunction = value.Type === "AWS::Serverless::Function";
  return { ...withoutZip(value, globals), Properties: isFunction ? completed(properties, globals) : properties };
}

/** A loop as the language extensions take it: a name, a collection, a body. */
const isLoop = (item: unknown): item is readonly [string, unknown, JsonObject] =>
  Array.isArray(item) &&
  item.length === 3 &&
  typeof item[0] === "string" &&
  (Array.isArray(item[1]) || isObject(item[1])) &&
  isObject(item[2]);

function resources(value: unknown, globals: JsonObject): unknown {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).flatMap(([id, item]) => {
    if (!id.startsWith("Fn::ForEach::")) return [[id, resource(item, globals)]];
    // A broken loop fails the whole template, whatever a macro does with it.
    return isLoop(item) ? [[id, [item[0], item[1], resources(item[2], globals)]]] : [];
  });
  return Object.fromEntries(entries);
}

/** The template as `sam package` leaves it, which is what a macro sees and what the SAM translator takes. */
export function packaged(template: JsonObject): JsonObject {
  const functions = at(template, "Globals", "Function");
  const globals = isObject(functions) ? uploaded(functions) : {};
  const merged = isObject(functions) && isObject(template.Globals) ? { ...template.Globals, Function: globals } : null;
  return declared({
    ...template,
    ...(merged === null ? {} : { Globals: merged }),
    ...(template.Resources === undefined ? {} : { Resources: resources(template.Resources, globals) }),
  });
}
