import { refOf } from "./intrinsics.ts";
import type { Loop, Resource } from "./resources.ts";
import { parameterValue, type Scope } from "./values.ts";

/** What a template may have of resources, so that nobody needs more names than these. */
const MAX_NAMES = 500;

/** The items that a loop goes over; undefined where only CloudFormation knows them. */
function itemsOf({ collection }: Loop, scope: Scope): readonly string[] | undefined {
  const name = refOf(collection);
  const value = name === undefined ? collection : parameterValue(scope, name);
  const list: unknown = name !== undefined && typeof value === "string" ? value.split(",") : value;
  if (!Array.isArray(list)) return undefined;
  const items = list.map((item: unknown) => {
    const ref = refOf(item);
    return ref === undefined ? item : parameterValue(scope, ref);
  });
  return items.every((item) => typeof item === "string") ? items : undefined;
}

/**
 * Names as they are in each round of the loops around them, together; undefined where only CloudFormation knows them,
 * or where they are more than a template may have.
 */
export function expanded(
  names: readonly string[],
  loops: readonly Loop[],
  scope: Scope,
): readonly (readonly string[])[] | undefined {
  const [loop, ...inner] = loops;
  if (loop === undefined) return [names];
  const items = itemsOf(loop, scope);
  if (items === undefined || items.length > MAX_NAMES) return undefined;
  const rounds: (readonly string[])[] = [];
  for (const item of items) {
    const here = names.map((name) =>
      name
        .replaceAll(`\${${loop.variable}}`, item)
        .replaceAll(`&{${loop.variable}}`, item.replace(/[^A-Za-z0-9]/g, "")),
    );
    const deeper = expanded(here, inner, scope);
    if (deeper === undefined || rounds.length + deeper.length > MAX_NAMES) return undefined;
    rounds.push(...deeper);
  }
  return rounds;
}

/** In how many rounds a resource is there; a loop that only CloudFormation knows counts as one. */
export const copiesOf = (loops: readonly Loop[], scope: Scope): number =>
  loops.reduce((product, loop) => product * (itemsOf(loop, scope)?.length ?? 1), 1);

/** True if what stands at one place means by `id` the resource at another: each may be in loops of its own. */
export function pointsTo(from: Resource, id: string, to: Resource, scope: Scope): boolean {
  // Inside the loops that are around both, the variables are the same.
  if (to.loops.every((loop, i) => from.loops[i] === loop)) return id === to.logicalId;
  const meant = expanded([id], from.loops, scope)?.flat() ?? [];
  const there = new Set(expanded([to.logicalId], to.loops, scope)?.flat());
  return meant.some((name) => there.has(name));
}
