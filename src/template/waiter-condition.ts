import type { Guard } from "../packages/plan.ts";
import type { JsonObject } from "./json.ts";

/** Conditions that hold together: one way in which a layer is used. Empty: it always is. */
export type Use = readonly Guard[];

/** A waiter's condition: none, one that the template has, or one to be added to it. */
export type WaiterCondition =
  | { readonly kind: "none" }
  | { readonly kind: "existing"; readonly name: string }
  | { readonly kind: "new"; readonly expression: JsonObject };

/** `Fn::Or` and `Fn::And` take 2 to 10 conditions. */
const MAX_OPERANDS = 10;

function operate(name: "Fn::Or" | "Fn::And", operands: readonly JsonObject[]): JsonObject {
  const [first] = operands;
  if (operands.length === 1 && first !== undefined) return first;
  if (operands.length <= MAX_OPERANDS) return { [name]: operands };
  // As few leftovers as possible: groups of ten, again until ten are enough.
  const groups = Array.from({ length: Math.ceil(operands.length / MAX_OPERANDS) }, (_, i) =>
    operate(name, operands.slice(i * MAX_OPERANDS, (i + 1) * MAX_OPERANDS)),
  );
  return operate(name, groups);
}

const literal = ({ condition, holds }: Guard): JsonObject =>
  holds ? { Condition: condition } : { "Fn::Not": [{ Condition: condition }] };

const textOf = (use: Use): string => JSON.stringify(use);

const normal = (use: Use): Use =>
  [...new Map(use.map((guard) => [textOf([guard]), guard])).values()].sort((a, b) =>
    textOf([a]) < textOf([b]) ? -1 : 1,
  );

/** The use that two become which differ only in whether one condition holds. */
function joined(a: Use, b: Use): Use | undefined {
  if (a.length !== b.length) return undefined;
  const others = a.filter((guard) => b.some((other) => textOf([other]) === textOf([guard])));
  const left = a.find((guard) => !others.includes(guard));
  const opposite = b.some((g) => g.condition === left?.condition && g.holds !== left.holds);
  return others.length === a.length - 1 && opposite ? others : undefined;
}

/** More uses than these are left as they are: every two would be compared, again and again. */
const MAX_SIMPLIFIED = 50;

function simplified(uses: readonly Use[]): readonly Use[] {
  if (uses.length > MAX_SIMPLIFIED) return uses;
  for (const [i, a] of uses.entries()) {
    for (const b of uses.slice(i + 1)) {
      const both = joined(a, b);
      if (both !== undefined) return simplified(distinct([...uses.filter((use) => use !== a && use !== b), both]));
    }
  }
  return uses;
}

const distinct = (uses: readonly Use[]): readonly Use[] => [...new Map(uses.map((use) => [textOf(use), use])).values()];

/** The condition under which at least one of the uses is there. */
export function waiterCondition(uses: readonly Use[]): WaiterCondition {
  const distinctUses = simplified(distinct(uses.map(normal)));
  if (distinctUses.some((use) => use.length === 0)) return { kind: "none" };
  const [only] = distinctUses;
  if (distinctUses.length === 1 && only?.length === 1 && only[0]?.holds) {
    return { kind: "existing", name: only[0].condition };
  }
  return {
    kind: "new",
    expression: operate(
      "Fn::Or",
      distinctUses.map((use) => operate("Fn::And", use.map(literal))),
    ),
  };
}
