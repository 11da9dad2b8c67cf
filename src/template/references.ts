import { getAttOf, refOf, subOf } from "./intrinsics.ts";
import { isObject } from "./json.ts";

/** The logical id before the attribute. */
const idOf = (name: string): string => name.replace(/\..*$/s, "");

/** What the `${...}` of an `Fn::Sub` name, without their attributes. */
const idsOfSub = (text: string): readonly string[] =>
  [...text.matchAll(/\$\{[^!}][^}]*\}/g)].map((match) => idOf(match[0].slice(2, -1)));

/** Logical ids that a value refers to, anywhere in it; `Fn.Version`, as SAM allows it, counts as `Fn`. */
export function idsIn(value: unknown): readonly string[] {
  const ref = refOf(value) ?? getAttOf(value)?.[0];
  if (ref !== undefined) return [idOf(ref)];
  const text = subOf(value);
  const here = text === undefined ? [] : idsOfSub(text);
  const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return [...here, ...inner.flatMap(idsIn)];
}

/** The logical id of the function that a `FunctionName` refers to, by name or by ARN. */
export function functionIdOf(name: unknown): string | undefined {
  const whole = /^\$\{([^{}]+?)(?:\.Arn)?\}$/.exec(subOf(name) ?? "");
  return refOf(name) ?? getAttOf(name)?.[0] ?? whole?.[1];
}
