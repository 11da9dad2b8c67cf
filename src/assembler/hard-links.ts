import { posix } from "node:path";
import { type Entry, inByteOrder, type LayerTree } from "./tree.ts";

/**
 * A zip knows no hard links. Of several names of one file the first stays the file and the others become links to it, where
 * they lie in one folder; a name in another folder becomes a file of its own, for a program may look around from where it is.
 */
export function linkNames(tree: LayerTree): LayerTree {
  const result = new Map<string, Entry>(tree);
  const first = new Map<string, string>();
  for (const entry of inByteOrder(tree.values())) {
    if (entry.kind === "link") continue;
    const { path, source } = entry;
    const place = JSON.stringify([source, posix.dirname(path)]);
    const target = first.get(place);
    if (target === undefined) first.set(place, posix.basename(path));
    else result.set(path, { kind: "link", path, target });
  }
  return result;
}
