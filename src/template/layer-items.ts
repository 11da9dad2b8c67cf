import { type Choice, choose, one } from "./choice.ts";
import { getAttOf, ifOf, intrinsicName, isAbsent, isIntrinsic, isNoValue, refOf, subOf } from "./intrinsics.ts";
import { at } from "./json.ts";
import { mentionsLoop } from "./resources.ts";
import { parameterValue, type Scope } from "./values.ts";

/** A list of layers; or why there is none that could be added to, with the rewrite that helps. */
export type LayerItems = { readonly items: readonly unknown[] } | { readonly what: string; readonly todo: string };

const AS_LIST = "write it as a list, one layer to an item: `Layers: [!Ref MyLayer]`";

/** The items of a list parameter, one `Fn::Select` each: their number is known, as the macro gets the values. */
function selected(name: string, scope: Scope): LayerItems {
  const type = at(scope.fragment, "Parameters", name, "Type");
  const value = parameterValue(scope, name);
  const isList = typeof type === "string" && /^(CommaDelimitedList|List<.*>)$/.test(type);
  const list = typeof value === "string" ? value.split(",") : value;
  if (!isList || !Array.isArray(list)) {
    return { what: `is !Ref ${name}, not known to be a list`, todo: `write it as a list: \`Layers: [!Ref ${name}]\`` };
  }
  const count = list.length === 1 && list[0] === "" ? 0 : list.length;
  return { items: Array.from({ length: count }, (_, i) => ({ "Fn::Select": [i, { Ref: name }] })) };
}

/** What a value of `Layers` holds, in every branch of its conditions. */
export function layerItems(value: unknown, scope: Scope): Choice<LayerItems> {
  if (isAbsent(value)) return one({ items: [] });
  if (Array.isArray(value)) return one({ items: value });
  const branches = ifOf(value);
  if (branches !== undefined && !mentionsLoop(branches[0], scope.loops)) {
    const [condition, yes, no] = branches;
    return choose(condition, layerItems(yes, scope), layerItems(no, scope));
  }
  const name = refOf(value);
  if (name !== undefined) return one(selected(name, scope));
  return one({ what: `is ${isIntrinsic(value) ? `left to ${intrinsicName(value)}` : "not a list"}`, todo: AS_LIST });
}

/** Layers by name, and the logical ids that stand for them while they are built. */
export interface KnownLayers {
  readonly names: ReadonlySet<string>;
  readonly waiters: ReadonlySet<string>;
}

/** True if the item is some version of one of the layers, whichever way its conditions go. */
export function isVersionOf(item: unknown, layers: KnownLayers): boolean {
  const branches = ifOf(item);
  if (branches !== undefined) return isVersionOf(branches[1], layers) && isVersionOf(branches[2], layers);
  const waiter = getAttOf(item);
  if (waiter !== undefined) return layers.waiters.has(waiter[0]);
  const arn = typeof item === "string" ? item : (subOf(item) ?? "");
  return layers.names.has(/:layer:([^:]+):\d+$/.exec(arn)?.[1] ?? "");
}

/** The item without the branches that are a version of one of the layers; undefined if nothing is left. */
export function withoutVersions(item: unknown, layers: KnownLayers): unknown {
  const branches = ifOf(item);
  if (branches === undefined || !mentionsVersion(item, layers)) return isVersionOf(item, layers) ? undefined : item;
  const nothing = { Ref: "AWS::NoValue" };
  const yes = withoutVersions(branches[1], layers) ?? nothing;
  const no = withoutVersions(branches[2], layers) ?? nothing;
  return isNoValue(yes) && isNoValue(no) ? undefined : { "Fn::If": [branches[0], yes, no] };
}

/** True if the item is a version of one of the layers in at least one branch. */
export function mentionsVersion(item: unknown, layers: KnownLayers): boolean {
  const branches = ifOf(item);
  if (branches === undefined) return isVersionOf(item, layers);
  return mentionsVersion(branches[1], layers) || mentionsVersion(branches[2], layers);
}

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

/** The most layers that the items can amount to, whichever way the conditions go. */
export function mostLayers(items: readonly unknown[], depth = 0): number {
  const open = items.map(ifOf).find((branches) => branches !== undefined);
  if (open === undefined || depth === MAX_CONDITIONS) return items.reduce<number>((sum, i) => sum + alone(i), 0);
  const side = (index: 1 | 2): number =>
    mostLayers(
      items.map((item) => taken(item, open[0], index)),
      depth + 1,
    );
  return Math.max(side(1), side(2));
}
