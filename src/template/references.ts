import { getAttOf, ifOf, refOf, subOf } from "./intrinsics.ts";
import { at, isObject } from "./json.ts";

/** The logical id before the attribute. */
const idOf = (name: string): string => name.replace(/\..*$/s, "");

/** What the `${...}` of an `Fn::Sub` name, without their attributes; `${!...}` stands for itself. */
const idsOfSub = (text: string): readonly string[] =>
  [...text.matchAll(/\$\{(?!!)(?:[^${}]|\$\{\w+\})+\}/g)].map((match) => idOf(match[0].slice(2, -1)));

/** Logical ids that a value refers to, anywhere in it; `Fn.Version`, as SAM allows it, counts as `Fn`. */
export function idsIn(value: unknown): readonly string[] {
  const ref = refOf(value) ?? getAttOf(value)?.[0];
  if (ref !== undefined) return [idOf(ref)];
  const text = subOf(value);
  const here = text === undefined ? [] : idsOfSub(text);
  const inner = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return [...here, ...inner.flatMap(idsIn)];
}

/** An ARN of a function up to its name. */
const ARN_HEAD = /(^|:)function:$/;

/** The function that the last part of an ARN put together by `Fn::Join` refers to. */
function idOfJoin(name: unknown): string | undefined {
  const join = at(name, "Fn::Join");
  const [delimiter, parts] = Array.isArray(join) ? (join as unknown[]) : [];
  if (typeof delimiter !== "string" || !Array.isArray(parts)) return undefined;
  const before: unknown = parts.at(-2);
  const isArn = typeof before === "string" && ARN_HEAD.test(`${before}${delimiter}`);
  return isArn || parts.length === 1 ? functionIdOf(parts.at(-1)) : undefined;
}

/** The logical id of the function that a `FunctionName` refers to, by name or by ARN, whichever way its conditions go. */
export function functionIdOf(name: unknown): string | undefined {
  const branches = ifOf(name);
  if (branches !== undefined) {
    const [yes, no] = [functionIdOf(branches[1]), functionIdOf(branches[2])];
    return yes === no ? yes : undefined;
  }
  // A loop's variable may be part of the id.
  const whole = /^(?:.*:function:)?\$\{((?:[^${}]|\$\{\w+\})+?)(?:\.Arn)?\}$/s.exec(subOf(name) ?? "");
  return refOf(name) ?? getAttOf(name)?.[0] ?? whole?.[1] ?? idOfJoin(name);
}
