import { isObject, type JsonObject } from "./json.ts";

/** A mapping that is a function of CloudFormation. */
export type Intrinsic = JsonObject & { readonly intrinsic?: never };

/**
 * As SAM tells them from mappings: one key, and that a function's name (samtranslator/model/intrinsics.py). A loop is
 * none: AWS::LanguageExtensions has expanded it before SAM looks.
 */
export function isIntrinsic(value: unknown): value is Intrinsic {
  if (!isObject(value)) return false;
  const [key = "", ...others] = Object.keys(value);
  const name = key === "Ref" || key === "Condition" || (key.startsWith("Fn::") && !key.startsWith("Fn::ForEach::"));
  return name && others.length === 0;
}

/** Its name as written in YAML, such as `!Sub`. */
export const intrinsicName = (value: JsonObject): string => `!${Object.keys(value).join().replace("Fn::", "")}`;

const argument = (value: unknown, name: string): unknown =>
  isIntrinsic(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** What a `Ref` names. */
export function refOf(value: unknown): string | undefined {
  const name = argument(value, "Ref");
  return typeof name === "string" ? name : undefined;
}

export const isNoValue = (value: unknown): boolean => refOf(value) === "AWS::NoValue";

/** Nothing is written there: no property, an empty one, or `AWS::NoValue`. */
export const isAbsent = (value: unknown): boolean => value === undefined || value === null || isNoValue(value);

/** Condition and branches of a well-formed `Fn::If`. */
export function ifOf(value: unknown): readonly [string, unknown, unknown] | undefined {
  const list = argument(value, "Fn::If");
  if (!Array.isArray(list) || list.length !== 3 || typeof list[0] !== "string") return undefined;
  return [list[0], list[1], list[2]];
}

/** Logical id and attribute of an `Fn::GetAtt` in either of its forms. */
export function getAttOf(value: unknown): readonly [string, string] | undefined {
  const given = argument(value, "Fn::GetAtt");
  const parts: unknown[] = typeof given === "string" ? given.split(".") : Array.isArray(given) ? given : [];
  const [id, ...attribute] = parts;
  if (typeof id !== "string" || attribute.length === 0 || !attribute.every((a) => typeof a === "string")) return;
  return [id, attribute.join(".")];
}

/** The text of an `Fn::Sub`, with or without variables of its own. */
export function subOf(value: unknown): string | undefined {
  const given = argument(value, "Fn::Sub");
  const text = Array.isArray(given) ? given[0] : given;
  return typeof text === "string" ? text : undefined;
}

/** The argument list of an `Fn::FindInMap`. */
export function findInMapOf(value: unknown): readonly unknown[] | undefined {
  const list = argument(value, "Fn::FindInMap");
  return Array.isArray(list) ? list : undefined;
}
