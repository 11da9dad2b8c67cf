import type { Problem } from "../errors/problem.ts";
import type { Architecture } from "../packages/layer-spec.ts";
import { type OperatingSystem, operatingSystem } from "../packages/operating-system.ts";
import { type Choice, leavesOf, mapChoice, under } from "./choice.ts";
import { conditionOf, property, type TemplateFunction } from "./functions.ts";
import { isIntrinsic } from "./intrinsics.ts";
import { resolveValue, type Scope, type Value } from "./values.ts";

export interface Runtime {
  readonly runtime: string;
  readonly os: OperatingSystem;
}

/** A property's value where the function is there at all: what its own condition rules out never comes to be. */
function reachable(fn: TemplateFunction, name: string, scope: Scope): Choice<Value> {
  const [value, condition] = [resolveValue(property(fn, name), scope), conditionOf(fn)];
  return condition === undefined ? value : under(value, condition, true);
}

/** A choice whose values all are good, or undefined with what is wrong with each of them among the problems. */
function checked<T>(
  choice: Choice<Value>,
  check: (value: unknown) => T | Problem,
  unknown: Pick<Problem, "code" | "where" | "todo">,
  problems: Problem[],
): Choice<T> | undefined {
  const isProblem = (value: T | Problem): value is Problem =>
    typeof value === "object" && value !== null && "todo" in value;
  const all = mapChoice(choice, (value): T | Problem => {
    if (value.known) return check(value.value);
    if (!value.loop) return { ...unknown, what: value.why };
    const todo = "write it without, or write the function outside of the loop";
    return { code: "ND013", where: unknown.where, what: value.why, todo };
  });
  const faults = leavesOf(all)
    .map((leaf) => leaf.value)
    .filter(isProblem);
  problems.push(...faults);
  return faults.length > 0 ? undefined : (all as Choice<T>);
}

/** The function's runtimes, one for each way its conditions can go; undefined if a problem was added. */
export function runtimeOf(fn: TemplateFunction, scope: Scope, problems: Problem[]): Choice<Runtime> | undefined {
  const where = `${fn.path}.Properties.Runtime`;
  const check = (runtime: unknown): Runtime | Problem => {
    if (typeof runtime !== "string") {
      const what = runtime === undefined || runtime === null ? "is missing" : "is not a string";
      const todo = "write the runtime, for instance ruby3.3: it decides which packages fit";
      return { code: "ND004", where, what, todo };
    }
    const os = operatingSystem(runtime);
    if (os !== undefined) return { runtime, os };
    const what = `"${runtime.slice(0, 60)}" is not a runtime whose operating system is known`;
    const todo = "use a runtime of Amazon Linux 2 or 2023, for instance python3.13 or provided.al2023";
    return { code: "ND004", where, what, todo };
  };
  const todo = "write it literally, or by !Ref to a parameter, !FindInMap on literal keys, or !If between such values";
  const value = reachable(fn, "Runtime", scope);
  return checked(value, check, { code: "ND004", where, todo }, problems);
}

const isArchitecture = (value: unknown): value is Architecture => value === "x86_64" || value === "arm64";

/** The function's architectures likewise; Lambda's default is x86_64. */
export function architectureOf(
  fn: TemplateFunction,
  scope: Scope,
  problems: Problem[],
): Choice<Architecture> | undefined {
  const where = `${fn.path}.Properties.Architectures`;
  const todo = "write one architecture, in Globals or in the function: `Architectures: [x86_64]`";
  const written = property(fn, "Architectures");
  const check = (value: unknown): Architecture | Problem => {
    // A parameter's text where a list belongs is what CloudFormation makes a list of one.
    const scalar = isIntrinsic(written) ? [value] : [undefined];
    const list = Array.isArray(value) ? value : value === undefined || value === null ? [] : scalar;
    if (list.length === 0) return "x86_64";
    if (list.length === 1 && isArchitecture(list[0])) return list[0];
    const what = list.length > 1 ? "has more than one entry" : "is not a list of x86_64 or arm64";
    return { code: "ND005", where, what, todo };
  };
  const value = reachable(fn, "Architectures", scope);
  return checked(value, check, { code: "ND005", where, todo: `${todo}, or a !Ref or !If of such a value` }, problems);
}
