import type { Problem } from "../errors/problem.ts";
import type { TemplateFunction } from "./functions.ts";
import { at } from "./json.ts";

/** Lambda's limit on layers per function. */
const MAX_LAYERS = 5;

const own = (fn: TemplateFunction): unknown => at(fn.resource, "Properties", "Layers");

/** True if the item is a literal ARN of some version of the named layer. */
function isVersionOf(item: unknown, layer: string): boolean {
  return typeof item === "string" && /^arn:[^:]+:lambda:[^:]*:[^:]*:layer:([^:]+):\d+$/.exec(item)?.[1] === layer;
}

/** What keeps a layer from being added to the function; undefined if nothing does. */
export function layersFault(fn: TemplateFunction, layer: string): Problem | undefined {
  const where = `${fn.path}.Properties.Layers`;
  const layers = own(fn) ?? [];
  const inherited = fn.globals.Layers ?? [];
  if (!Array.isArray(layers)) {
    return {
      code: "ND007",
      where,
      what: "is not a list, so a layer cannot be added to it",
      todo: "write it as a list: `Layers: [!Ref MyLayer]`",
    };
  }
  if (!Array.isArray(inherited)) {
    return {
      code: "ND007",
      where: "Globals.Function.Layers",
      what: "is not a list: SAM would drop it for a function that has layers of its own",
      todo: "write it as a list, or move it into the functions",
    };
  }
  const count = inherited.length + layers.filter((item) => !isVersionOf(item, layer)).length + 1;
  if (count <= MAX_LAYERS) return undefined;
  return {
    code: "ND008",
    where,
    what: `would hold ${count} layers with the one for its packages, and Lambda allows ${MAX_LAYERS}`,
    todo: "merge or remove layers",
  };
}

/**
 * The function's layers with ours among them: in the place of an older version of the same layer, else directly before
 * the function's own first, so that the user's layers win over ours.
 */
export function withLayer(fn: TemplateFunction, layer: string, reference: unknown): readonly unknown[] {
  const layers = own(fn);
  const list = Array.isArray(layers) ? layers : [];
  const place = list.findIndex((item) => isVersionOf(item, layer));
  const others = list.filter((item) => !isVersionOf(item, layer));
  return place < 0 ? [reference, ...others] : others.toSpliced(place, 0, reference);
}
