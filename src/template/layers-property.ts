import type { Problem } from "../errors/problem.ts";
import { type Choice, leavesOf, mapChoice, one, toIfs, toIntrinsic, under } from "./choice.ts";
import { conditionsIn, type Holds } from "./conditions.ts";
import { conditionOf, ownProperty, type TemplateFunction } from "./functions.ts";
import { isAbsent, isIntrinsic } from "./intrinsics.ts";
import { at } from "./json.ts";
import { mostLayers } from "./layer-count.ts";
import {
  type KnownLayers,
  type LayerItems,
  layerItems,
  type VersionTest,
  versionTest,
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
  if (local === undefined && !isAbsent(global) && list !== global) {
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
function placed(items: readonly unknown[], reference: unknown, test: VersionTest, last: boolean): readonly unknown[] {
  const old = items.findIndex(test.always);
  const rest = (list: readonly unknown[]) =>
    list.map((item) => withoutVersions(item, test)).filter((item) => item !== undefined);
  const before = old >= 0 ? items.slice(0, old) : last ? items : [];
  return [...rest(before), reference, ...rest(items.slice(before.length))];
}

/** A place for our layer: what the function's `Layers` are once it is known what refers to it. */
export type LayersSlot =
  | { readonly with: (reference: Choice<unknown>) => unknown }
  | { readonly problems: readonly Problem[] };

/** Stands for what refers to our layer as long as only the number of layers counts. */
const PLACEHOLDER = "layer";

/** More branches than these are no list that a person wrote, and each is written out for each layer. */
const MAX_BRANCHES = 64;

/** The conditions as they come out where the function is there at all. */
function holdsFor(fn: TemplateFunction, scope: Scope): Holds {
  const [own, holds] = [conditionOf(fn), conditionsIn(scope)];
  return (name) => (name === own ? true : holds(name));
}

/** Where among the function's `Layers` ours goes, or what keeps it from being added. */
export function layersSlot(fn: TemplateFunction, known: KnownLayers, scope: Scope): LayersSlot {
  const { inherited, items, carried } = placeOf(fn, scope);
  const [test, holds] = [versionTest(known, scope), holdsFor(fn, scope)];
  const where = carried ? "Globals.Function.Layers" : `${fn.path}.Properties.Layers`;
  const problems: Problem[] = [];
  if (inherited.some(test.sometimes)) {
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
    return all <= MAX_LAYERS ? all : mostLayers([...inherited, ...placed(list, PLACEHOLDER, test, carried)], holds);
  };
  const leaves = leavesOf(lists);
  if (leaves.length > MAX_BRANCHES) {
    const what = `has ${leaves.length} branches, and ${MAX_BRANCHES} are looked at`;
    return { problems: [{ code: "ND007", where, what, todo: "write a function of its own for some of them" }] };
  }
  const reachable = leaves.filter(({ when }) =>
    when.every(({ condition, holds: is }) => (holds(condition) ?? is) === is),
  );
  const count = Math.max(0, ...reachable.map(({ value }) => most(value)));
  if (count > MAX_LAYERS) {
    const what = `would hold ${count} layers with the one for its packages, and Lambda allows ${MAX_LAYERS}`;
    problems.push({ code: "ND008", where: `${fn.path}.Properties.Layers`, what, todo: "merge or remove layers" });
  }
  if (problems.length > 0) return { problems };
  const write = (reference: Choice<unknown>) =>
    mapChoice(lists, (list, when) => {
      const here = when.reduce((choice, { condition, holds }) => under(choice, condition, holds), reference);
      return placed(list, toIntrinsic(here), test, carried);
    });
  return { with: (reference) => toIfs(write(reference)) };
}
