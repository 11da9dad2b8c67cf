import type { Problem } from "../errors/problem.ts";
import { type Choice, leavesOf, mapChoice, one, toIfs, toIntrinsic, under } from "./choice.ts";
import { ownProperty, type TemplateFunction } from "./functions.ts";
import { isAbsent, isIntrinsic } from "./intrinsics.ts";
import { at } from "./json.ts";
import {
  isVersionOf,
  type KnownLayers,
  type LayerItems,
  layerItems,
  mentionsVersion,
  mostLayers,
  withoutVersions,
} from "./layer-items.ts";
import type { Scope } from "./values.ts";

/** Lambda's limit on layers per function. */
const MAX_LAYERS = 5;

/** Where the function's layers stand: those SAM will put first, and those our list begins with or ends in. */
interface Place {
  readonly inherited: readonly unknown[];
  readonly items: Choice<LayerItems>;
  /** True if the items are those of Globals, which SAM would drop for a list of the function's own. */
  readonly carried: boolean;
}

function placeOf(fn: TemplateFunction, scope: Scope): Place {
  const [local, global] = [ownProperty(fn, "Layers"), at(fn.globals, "Layers")];
  const list = Array.isArray(global) ? global : [];
  if (isAbsent(local) && !isAbsent(global) && list !== global) {
    return { inherited: [], items: layerItems(global, scope), carried: true };
  }
  const items = layerItems(local, scope);
  // SAM drops a global list beside an Fn::If, and joins it to a list.
  const dropped = "condition" in items;
  if (isIntrinsic(local) && !dropped && list.length > 0) {
    const what = "is !Ref, beside which SAM drops Globals.Function.Layers";
    const todo = "write all layers of the function as a list, or add Layers to its IgnoreGlobals";
    return { inherited: [], items: one({ what, todo }), carried: false };
  }
  return { inherited: dropped ? [] : list, items, carried: false };
}

/** Ours in the place of an older version of it, else directly before the function's own first, so that those win. */
function placed(items: readonly unknown[], reference: unknown, known: KnownLayers, last: boolean): readonly unknown[] {
  const old = items.findIndex((item) => isVersionOf(item, known));
  const rest = (list: readonly unknown[]) =>
    list.map((item) => withoutVersions(item, known)).filter((item) => item !== undefined);
  const before = old >= 0 ? items.slice(0, old) : last ? items : [];
  return [...rest(before), reference, ...rest(items.slice(before.length))];
}

/** A place for our layer: what the function's `Layers` are once it is known what refers to it. */
export type LayersSlot =
  | { readonly with: (reference: Choice<unknown>) => unknown }
  | { readonly problems: readonly Problem[] };

/** Stands for what refers to our layer as long as only the number of layers counts. */
const PLACEHOLDER = "layer";

/** Where among the function's `Layers` ours goes, or what keeps it from being added. */
export function layersSlot(fn: TemplateFunction, known: KnownLayers, scope: Scope): LayersSlot {
  const { inherited, items, carried } = placeOf(fn, scope);
  const where = carried ? "Globals.Function.Layers" : `${fn.path}.Properties.Layers`;
  const problems: Problem[] = [];
  if (inherited.some((item) => mentionsVersion(item, known))) {
    const what = `holds a version of the layer that ${fn.path} gets from NativeDeps, and Lambda takes only one`;
    problems.push({ code: "ND007", where: "Globals.Function.Layers", what, todo: "remove it there" });
  }
  const lists = mapChoice(items, (list) => {
    if ("items" in list) return list.items;
    problems.push({ code: "ND007", where, what: list.what, todo: list.todo });
    return [];
  });
  const most = (list: readonly unknown[]): number => {
    const all = inherited.length + list.length + 1;
    return all <= MAX_LAYERS ? all : mostLayers([...inherited, ...placed(list, PLACEHOLDER, known, carried)]);
  };
  const count = Math.max(...leavesOf(lists).map(({ value }) => most(value)));
  if (count > MAX_LAYERS) {
    const what = `would hold ${count} layers with the one for its packages, and Lambda allows ${MAX_LAYERS}`;
    problems.push({ code: "ND008", where: `${fn.path}.Properties.Layers`, what, todo: "merge or remove layers" });
  }
  if (problems.length > 0) return { problems };
  const write = (reference: Choice<unknown>) =>
    mapChoice(lists, (list, when) => {
      const here = when.reduce((choice, { condition, holds }) => under(choice, condition, holds), reference);
      return placed(list, toIntrinsic(here), known, carried);
    });
  return { with: (reference) => toIfs(write(reference)) };
}
