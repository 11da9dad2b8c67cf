import { expect } from "vitest";
import { at, isObject, type JsonObject } from "../../../src/template/json.ts";
import { askers, type Expected, expectedLayer } from "./expected.ts";
import type { Mode } from "./macro.ts";
import { withoutOurs } from "./without-ours.ts";
import { holds, resolveList, type World, worldsOf } from "./worlds.ts";

/** A template on its way through AWS's own transforms. */
export interface Stages {
  /** After the language extensions, before SAM has merged Globals. */
  readonly expanded: JsonObject;
  readonly template: JsonObject;
}

export interface Compared {
  readonly before: Stages;
  readonly after: Stages;
  readonly mode: Mode;
  readonly parameters: JsonObject;
  readonly params: JsonObject;
}

/**
 * The layers that a function should have: Globals', ours, its own; an older version of ours gives up its place, where
 * that is one place for all worlds.
 */
function expectedLayers(id: string, { layer, reference }: Expected, before: Stages, world: World): readonly string[] {
  const merged = resolveList(at(before.template, "Resources", id, "Properties", "Layers"), world);
  const ownCount = resolveList(at(before.expanded, "Resources", id, "Properties", "Layers"), world).length;
  // Counted rather than compared: SAM gives a LayerVersion another id, and so another Ref.
  const globals = merged.slice(0, merged.length - ownCount);
  const own = merged.slice(merged.length - ownCount);
  const waiter = `"NativeDepsLayer${layer.slice(-16)}"`;
  const isOlder = (item: string): boolean => item.includes(`:layer:${layer}:`) || item.includes(waiter);
  const written = at(before.expanded, "Resources", id, "Properties", "Layers");
  const items: readonly unknown[] = Array.isArray(written) ? written : [];
  const branchesOf = (item: unknown): readonly string[] => {
    const branches = at(item, "Fn::If");
    return Array.isArray(branches) ? branches.slice(1).flatMap(branchesOf) : [JSON.stringify(item)];
  };
  const isNothing = (item: string): boolean => item === '{"Ref":"AWS::NoValue"}';
  // An older version in one branch and another layer in the other gives up no place of its own.
  const isWhole = (list: readonly string[]): boolean =>
    list.some(isOlder) && list.every((item) => isOlder(item) || isNothing(item));
  const whole = items.findIndex((item) => isWhole(branchesOf(item)));
  const inPart = items.some((item) => branchesOf(item).some(isOlder));
  const beforeIt = resolveList(items.slice(0, Math.max(whole, 0)), world).filter((item) => !isOlder(item));
  const place = whole >= 0 ? beforeIt.length : inPart ? -1 : own.findIndex(isOlder);
  const others = own.filter((item) => !isOlder(item));
  const text = typeof reference === "string" ? reference : `«${JSON.stringify(reference)}»`;
  return [...globals, ...others.toSpliced(Math.max(place, 0), 0, text)];
}

const isThere = (resource: unknown, world: World): boolean => {
  const condition = at(resource, "Condition");
  return condition === undefined || holds(String(condition), world);
};

/** A waiter is there exactly where a function that waits for it is. */
function checkWaiters(after: World): void {
  const resources = isObject(after.template.Resources) ? after.template.Resources : {};
  const waiters = Object.entries(resources).filter(([id]) => id.startsWith("NativeDepsLayer"));
  const wanted = Object.values(resources).flatMap((resource) => {
    if (!isThere(resource, after)) return [];
    const layers = resolveList(at(resource, "Properties", "Layers"), after);
    return layers.flatMap((item) => /"(NativeDepsLayer[0-9a-f]{16})"/.exec(item)?.[1] ?? []);
  });
  const there = waiters.filter(([, waiter]) => isThere(waiter, after)).map(([id]) => id);
  expect(there.sort(), "waiters").toEqual([...new Set(wanted)].sort());
}

/**
 * Checks in every world that each function that asks has its layer in its place, and that nothing else differs.
 * Gives the number of askers.
 */
export function check({ before, after, mode, parameters, params }: Compared): number {
  const ids = askers(before.template);
  const written = Object.keys(isObject(before.expanded.Resources) ? before.expanded.Resources : {});
  const worldsBefore = worldsOf(before.template, before.template, parameters);
  const worldsAfter = worldsOf(after.template, before.template, parameters);
  for (const [index, theirs] of worldsBefore.entries()) {
    const ours = worldsAfter[index] as World;
    for (const id of ids) {
      const fn = at(before.template, "Resources", id) as JsonObject;
      if (!isThere(fn, theirs)) continue;
      const expected = expectedLayer(fn, theirs, mode, params);
      const layers = resolveList(at(after.template, "Resources", id, "Properties", "Layers"), ours);
      const wanted =
        expected === undefined
          ? resolveList(at(fn, "Properties", "Layers"), theirs)
          : expectedLayers(id, expected, before, theirs);
      expect(layers, `layers of ${id}`).toEqual(wanted);
    }
    checkWaiters(ours);
    const bare = (world: World): JsonObject => withoutOurs(world, before.template, ids, written);
    expect(bare(ours)).toEqual(bare(theirs));
  }
  return ids.length;
}
