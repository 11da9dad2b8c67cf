import { type Choice, choose, one } from "./choice.ts";
import {
  findInMapOf,
  getAttOf,
  ifOf,
  intrinsicName,
  isAbsent,
  isIntrinsic,
  isNoValue,
  refOf,
  subOf,
} from "./intrinsics.ts";
import { at } from "./json.ts";
import { mentionsLoop } from "./resources.ts";
import { parameterValue, resolveValue, type Scope } from "./values.ts";

/** A list of layers; or why there is none that could be added to, with the rewrite that helps. */
export type LayerItems = { readonly items: readonly unknown[] } | { readonly what: string; readonly todo: string };

const AS_LIST = "write it as a list, one layer to an item: `Layers: [!Ref MyLayer]`";

/** The items of a list whose length is known, as the macro gets its value: one `Fn::Select` each. */
const selected = (list: readonly unknown[], source: unknown): LayerItems => {
  const count = list.length === 1 && list[0] === "" ? 0 : list.length;
  return { items: Array.from({ length: count }, (_, i) => ({ "Fn::Select": [i, source] })) };
};

/** A list parameter. What SSM holds may change after the macro has run, so its number of items is not known. */
function parameterItems(name: string, scope: Scope): LayerItems {
  const type = at(scope.fragment, "Parameters", name, "Type");
  const value = parameterValue(scope, name);
  const isList = typeof type === "string" && /^(CommaDelimitedList|List<.*>)$/.test(type);
  const list = typeof value === "string" ? value.split(",") : value;
  if (isList && Array.isArray(list)) return selected(list, { Ref: name });
  const item = typeof type === "string" && type.includes("List<") ? `!Select [0, !Ref ${name}]` : `!Ref ${name}`;
  return { what: `is !Ref ${name}, not known to be a list`, todo: `write it as a list: \`Layers: [${item}]\`` };
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
  if (name !== undefined) return one(parameterItems(name, scope));
  const mapped = findInMapOf(value) === undefined ? undefined : resolveValue(value, scope);
  if (mapped !== undefined && "value" in mapped && mapped.value.known && Array.isArray(mapped.value.value)) {
    return one(selected(mapped.value.value, value));
  }
  return one({ what: `is ${isIntrinsic(value) ? `left to ${intrinsicName(value)}` : "not a list"}`, todo: AS_LIST });
}

/** Layers by name, and the logical ids that stand for them while they are built. */
export interface KnownLayers {
  readonly names: ReadonlySet<string>;
  readonly waiters: ReadonlySet<string>;
}

/** The ARN that an item is, as far as it can be told. */
function arnOf(item: unknown, scope: Scope): string {
  const resolved = resolveValue(item, scope);
  const value = "value" in resolved && resolved.value.known ? resolved.value.value : subOf(item);
  if (typeof value === "string") return value;
  const list = at(item, "Fn::Select");
  const [index, name] = Array.isArray(list) ? [Number(list[0]), refOf(list[1])] : [];
  const values = name === undefined ? undefined : parameterValue(scope, name);
  const items: unknown = typeof values === "string" ? values.split(",") : values;
  const picked: unknown = Array.isArray(items) && index !== undefined ? items[index] : undefined;
  return typeof picked === "string" ? picked : "";
}

/** Tells of the items of a template whether they are some version of one of the layers. */
export interface VersionTest {
  /** Whichever way its conditions go, as far as it is a layer at all. */
  always(item: unknown): boolean;
  /** In at least one branch. */
  sometimes(item: unknown): boolean;
}

export function versionTest(layers: KnownLayers, scope: Scope): VersionTest {
  function sometimes(item: unknown): boolean {
    const branches = ifOf(item);
    if (branches !== undefined) return sometimes(branches[1]) || sometimes(branches[2]);
    const waiter = getAttOf(item);
    if (waiter !== undefined) return layers.waiters.has(waiter[0]);
    const name = /:layer:([^:]+):\d+$/.exec(arnOf(item, scope))?.[1];
    return name !== undefined && layers.names.has(name);
  }
  function other(item: unknown): boolean {
    const branches = ifOf(item);
    return branches === undefined ? !isNoValue(item) && !sometimes(item) : other(branches[1]) || other(branches[2]);
  }
  return { sometimes, always: (item) => sometimes(item) && !other(item) };
}

/** The item without the branches that are a version of one of the layers; undefined if nothing is left. */
export function withoutVersions(item: unknown, test: VersionTest): unknown {
  if (!test.sometimes(item)) return item;
  const branches = ifOf(item);
  if (branches === undefined || test.always(item)) return undefined;
  const nothing = { Ref: "AWS::NoValue" };
  const yes = withoutVersions(branches[1], test) ?? nothing;
  const no = withoutVersions(branches[2], test) ?? nothing;
  return { "Fn::If": [branches[0], yes, no] };
}
