import type { Guard } from "../packages/plan.ts";

/** One value, or what a condition of the template decides between. */
export type Choice<T> =
  | { readonly value: T }
  | { readonly condition: string; readonly yes: Choice<T>; readonly no: Choice<T> };

export interface Leaf<T> {
  /** The conditions on the way to it, from the outermost. */
  readonly when: readonly Guard[];
  readonly value: T;
}

export const one = <T>(value: T): Choice<T> => ({ value });

/** What is left of a choice where a condition is known to hold or not. */
export function under<T>(choice: Choice<T>, condition: string, holds: boolean): Choice<T> {
  if (!("condition" in choice)) return choice;
  if (choice.condition === condition) return under(holds ? choice.yes : choice.no, condition, holds);
  const [yes, no] = [under(choice.yes, condition, holds), under(choice.no, condition, holds)];
  return { condition: choice.condition, yes, no };
}

/** A choice by a condition, without asking twice for the same one. */
export const choose = <T>(condition: string, yes: Choice<T>, no: Choice<T>): Choice<T> => ({
  condition,
  yes: under(yes, condition, true),
  no: under(no, condition, false),
});

/** The choice with every value changed; `map` also learns under which conditions it stands. */
export function mapChoice<T, U>(
  choice: Choice<T>,
  map: (value: T, when: readonly Guard[]) => U,
  when: readonly Guard[] = [],
): Choice<U> {
  if (!("condition" in choice)) return one(map(choice.value, when));
  const { condition } = choice;
  const yes = mapChoice(choice.yes, map, [...when, { condition, holds: true }]);
  return choose(condition, yes, mapChoice(choice.no, map, [...when, { condition, holds: false }]));
}

/** Two choices as one of pairs. */
export function pair<A, B>(a: Choice<A>, b: Choice<B>): Choice<readonly [A, B]> {
  if (!("condition" in a)) return mapChoice(b, (value) => [a.value, value] as const);
  const yes = pair(a.yes, under(b, a.condition, true));
  return choose(a.condition, yes, pair(a.no, under(b, a.condition, false)));
}

/** Every value of a choice, those of the condition's holding first. */
export function leavesOf<T>(choice: Choice<T>): readonly Leaf<T>[] {
  const leaves: Leaf<T>[] = [];
  mapChoice(choice, (value, when) => leaves.push({ when, value }));
  return leaves;
}

/** The choice that has these leaves: the way back from {@link leavesOf}; undefined where there are none. */
export function fromLeaves<T>(leaves: readonly Leaf<T>[], depth = 0): Choice<T> | undefined {
  const [first] = leaves;
  const guard = first?.when[depth];
  if (first === undefined || guard === undefined) return first && one(first.value);
  const yes = fromLeaves(
    leaves.filter((leaf) => leaf.when[depth]?.holds),
    depth + 1,
  );
  const no = fromLeaves(
    leaves.filter((leaf) => !leaf.when[depth]?.holds),
    depth + 1,
  );
  return yes && no && choose(guard.condition, yes, no);
}

/** The choice as JSON, with an `Fn::If` for each condition. */
export const toIfs = (choice: Choice<unknown>): unknown =>
  "condition" in choice ? { "Fn::If": [choice.condition, toIfs(choice.yes), toIfs(choice.no)] } : choice.value;

/** The choice as JSON, with an `Fn::If` only where the branches differ. */
export function toIntrinsic(choice: Choice<unknown>): unknown {
  if (!("condition" in choice)) return choice.value;
  const [yes, no] = [toIntrinsic(choice.yes), toIntrinsic(choice.no)];
  return JSON.stringify(yes) === JSON.stringify(no) ? yes : { "Fn::If": [choice.condition, yes, no] };
}
