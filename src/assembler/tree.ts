import { Buffer } from "node:buffer";
import { posix } from "node:path";

/** A regular file; its content lies at `source` on this machine. */
export interface FileEntry {
  readonly kind: "file";
  /** Without a leading slash: in the container when collected, below /opt once relocated. */
  readonly path: string;
  readonly source: string;
  /** Bytes. */
  readonly size: number;
  /** The only two modes a layer has: RPMs ship 0600 and 04755, which Lambda refuses or ignores. */
  readonly mode: 0o644 | 0o755;
}

/** A symbolic link. */
export interface LinkEntry {
  readonly kind: "link";
  readonly path: string;
  readonly target: string;
}

export type Entry = FileEntry | LinkEntry;

/** A layer's content by path below /opt. Folders exist by what is in them. */
export type LayerTree = ReadonlyMap<string, Entry>;

/** In the order of their paths' bytes, which no locale changes. */
export function inByteOrder<T extends { readonly path: string }>(entries: Iterable<T>): T[] {
  return [...entries].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** Every folder that holds something of the tree, parents first. */
export function foldersOf(tree: LayerTree): readonly string[] {
  const folders = new Set<string>();
  for (const { path } of inByteOrder(tree.values())) {
    const parents: string[] = [];
    for (let up = posix.dirname(path); up !== "." && !folders.has(up); up = posix.dirname(up)) parents.push(up);
    for (const folder of parents.reverse()) folders.add(folder);
  }
  return [...folders];
}

/** Unzipped bytes, as Lambda's limit counts them. */
export function unzippedBytes(tree: LayerTree): number {
  let sum = 0;
  for (const entry of tree.values()) sum += entry.kind === "file" ? entry.size : Buffer.byteLength(entry.target);
  return sum;
}
