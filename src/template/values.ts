import { type Choice, choose, mapChoice, one } from "./choice.ts";
import { findInMapOf, ifOf, intrinsicName, isIntrinsic, isNoValue, refOf } from "./intrinsics.ts";
import { at, isObject, type JsonObject } from "./json.ts";
import { type Loop, mentionsLoop } from "./resources.ts";

/** What is known of a template's values before CloudFormation works them out. */
export interface Scope {
  readonly fragment: JsonObject;
  /** Values of the template's parameters, and the pseudo parameters that the macro knows. */
  readonly parameters: JsonObject;
  /** The loops around the place that is read. */
  readonly loops: readonly Loop[];
}

/** A value, or in words that follow its place why it cannot be known yet. */
export type Value =
  | { readonly known: true; readonly value: unknown }
  | { readonly known: false; readonly loop: boolean; readonly why: string };

const known = (value: unknown): Value => ({ known: true, value });
const unknown = (why: string): Value => ({ known: false, loop: false, why });
const looped: Value = { known: false, loop: true, why: "depends on the variable of an Fn::ForEach" };

/** The value of a parameter of the template, or its default; undefined if it has neither. */
export function parameterValue(scope: Scope, name: string): unknown {
  return at(scope.parameters, name) ?? at(scope.fragment, "Parameters", name, "Default");
}

function refValue(name: string, scope: Scope): Value {
  if (scope.loops.some(({ variable }) => variable === name) || mentionsLoop(name, scope.loops)) return looped;
  const value = parameterValue(scope, name);
  if (value !== undefined) return known(value);
  return unknown(
    name.startsWith("AWS::") ? `comes from the pseudo parameter ${name}` : `comes from !Ref ${name}, no parameter`,
  );
}

function mapValue(list: readonly unknown[], scope: Scope): Choice<Value> {
  const keys: string[] = [];
  for (const item of list.slice(0, 3)) {
    const leaf = resolveValue(item, scope);
    if ("condition" in leaf) return one(unknown("is looked up by a key that a condition decides"));
    if (!leaf.value.known) return one({ ...leaf.value, why: `is looked up by a key that ${leaf.value.why}` });
    const key = leaf.value.value;
    if (typeof key !== "string" && typeof key !== "number")
      return one(unknown("is looked up by a key that is no text"));
    keys.push(String(key));
  }
  const found = keys.length === 3 ? at(scope.fragment, "Mappings", ...keys) : undefined;
  if (found !== undefined) return one(known(found));
  // A feature of AWS::LanguageExtensions. Source: AWS CloudFormation User Guide, "Fn::FindInMap enhancements".
  const fallback = at(list[3], "DefaultValue");
  return fallback === undefined
    ? one(unknown(`is not found in Mappings.${keys.join(".")}`))
    : resolveValue(fallback, scope);
}

/**
 * What a value is, as far as the macro can know: literals, parameters, mappings, and conditions left open. A list of
 * one is looked into; undefined stands for AWS::NoValue.
 */
export function resolveValue(value: unknown, scope: Scope): Choice<Value> {
  if (typeof value === "string") return one(mentionsLoop(value, scope.loops) ? looped : known(value));
  if (Array.isArray(value) && value.length === 1) {
    const inner = resolveValue(value[0], scope);
    return mapChoice(inner, (v) => (v.known ? known(v.value === undefined ? [] : [v.value]) : v));
  }
  if (!isObject(value)) return one(known(value));
  const branches = ifOf(value);
  if (branches !== undefined) {
    const [condition, yes, no] = branches;
    if (mentionsLoop(condition, scope.loops)) return one(looped);
    return choose(condition, resolveValue(yes, scope), resolveValue(no, scope));
  }
  if (isNoValue(value)) return one(known(undefined));
  const name = refOf(value);
  if (name !== undefined) return one(refValue(name, scope));
  const list = findInMapOf(value);
  if (list !== undefined) return mapValue(list, scope);
  return one(unknown(isIntrinsic(value) ? `is left to ${intrinsicName(value)}` : "is a mapping"));
}
