import type { Holds } from "./conditions.ts";
import { ifOf, isNoValue } from "./intrinsics.ts";

/** Conditions beyond which each item is counted for itself: 2^8 ways to go are enough to look at. */
const MAX_CONDITIONS = 8;

/** The item with the branches of a condition taken. */
function taken(item: unknown, condition: string, index: 1 | 2): unknown {
  const branches = ifOf(item);
  if (branches === undefined) return item;
  if (branches[0] === condition) return taken(branches[index], condition, index);
  return { "Fn::If": [branches[0], taken(branches[1], condition, index), taken(branches[2], condition, index)] };
}

/** 1 if the item can be a layer, else 0. */
function alone(item: unknown): number {
  const branches = ifOf(item);
  return branches === undefined ? Number(!isNoValue(item)) : Math.max(alone(branches[1]), alone(branches[2]));
}

/** The item as it is where conditions hold of which that is known. */
function settled(item: unknown, holds: Holds): unknown {
  const branches = ifOf(item);
  if (branches === undefined) return item;
  const known = holds(branches[0]);
  if (known !== undefined) return settled(branches[known ? 1 : 2], holds);
  return { "Fn::If": [branches[0], settled(branches[1], holds), settled(branches[2], holds)] };
}

function conditionsOf(item: unknown): readonly string[] {
  const branches = ifOf(item);
  return branches === undefined ? [] : [branches[0], ...conditionsOf(branches[1]), ...conditionsOf(branches[2])];
}

/** A condition that decides on more than one item; those of one item need no looking at together. */
function sharedCondition(items: readonly unknown[]): string | undefined {
  const seen = new Set<string>();
  for (const item of items) {
    const own = new Set(conditionsOf(item));
    for (const condition of own) if (seen.has(condition)) return condition;
    for (const condition of own) seen.add(condition);
  }
  return undefined;
}

function most(items: readonly unknown[], depth: number): number {
  const shared = depth === MAX_CONDITIONS ? undefined : sharedCondition(items);
  if (shared === undefined) return items.reduce<number>((sum, item) => sum + alone(item), 0);
  const side = (index: 1 | 2): number =>
    most(
      items.map((item) => taken(item, shared, index)),
      depth + 1,
    );
  return Math.max(side(1), side(2));
}

/** The most layers that the items can amount to, whichever way the conditions go of which it is not known. */
export const mostLayers = (items: readonly unknown[], holds: Holds): number =>
  most(
    items.map((item) => settled(item, holds)),
    0,
  );
