import { isIntrinsic } from "./intrinsics.ts";
import { at, type JsonObject } from "./json.ts";
import { resolveValue, type Scope } from "./values.ts";

/** Whether a condition holds; undefined where only CloudFormation knows. */
export type Holds = (condition: string) => boolean | undefined;

type Results = Map<string, boolean | undefined>;

/** Conditions by template, for the parameters they were last asked with. */
const known = new WeakMap<JsonObject, { readonly parameters: JsonObject; readonly results: Results }>();

function resultsFor({ fragment, parameters }: Scope): Results {
  const entry = known.get(fragment);
  if (entry?.parameters === parameters) return entry.results;
  const results: Results = new Map();
  known.set(fragment, { parameters, results });
  return results;
}

const not = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value);

/** True if one is, false if all are. */
const or = (values: readonly (boolean | undefined)[]): boolean | undefined =>
  values.includes(true) ? true : values.includes(undefined) ? undefined : false;

const OPERATORS: Readonly<Record<string, typeof or>> = {
  "Fn::Not": ([value]) => not(value),
  "Fn::Or": or,
  "Fn::And": (values) => not(or(values.map(not))),
};

/** The template's conditions as they come out at this deploy, as far as the macro knows the values they depend on. */
export function conditionsIn(scope: Scope): Holds {
  const results = resultsFor(scope);

  function named(name: string): boolean | undefined {
    if (!results.has(name)) {
      // What depends on itself is never known.
      results.set(name, undefined);
      results.set(name, evaluated(at(scope.fragment, "Conditions", name)));
    }
    return results.get(name);
  }

  function evaluated(definition: unknown): boolean | undefined {
    if (!isIntrinsic(definition)) return undefined;
    const [[name, argument] = ["", undefined]] = Object.entries(definition);
    if (name === "Condition") return typeof argument === "string" ? named(argument) : undefined;
    const operands: readonly unknown[] = Array.isArray(argument) ? argument : [];
    if (name === "Fn::Equals") return equal(operands[0], operands[1]);
    return OPERATORS[name]?.(operands.map(evaluated));
  }

  function equal(a: unknown, b: unknown): boolean | undefined {
    const [one, other] = [text(a), text(b)];
    return one === undefined || other === undefined ? undefined : one === other;
  }

  function text(value: unknown): string | undefined {
    const resolved = resolveValue(value, { ...scope, loops: [] });
    if ("condition" in resolved || !resolved.value.known) return undefined;
    const found = resolved.value.value;
    return typeof found === "object" || found === undefined ? undefined : String(found);
  }

  return named;
}
