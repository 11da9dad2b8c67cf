import { posix } from "node:path";
import { ProblemError } from "../../errors/problem.ts";
import { sameContent } from "../collect/collect.ts";
import type { RootFs } from "../collect/rootfs.ts";
import type { Entry, FileEntry, LayerTree, LinkEntry } from "../tree.ts";
import { destination } from "./destination.ts";

export interface Relocated {
  readonly tree: LayerTree;
  /** Path in the container -> path below /opt, without leading slashes, for what is in the layer. */
  readonly moved: ReadonlyMap<string, string>;
  /** The same for folders that hold something of the layer. */
  readonly folders: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

export interface RelocationContext {
  readonly base: RootFs;
  /** The container after the installation: the image with the packages in it. */
  readonly installed: RootFs;
  /** Folders of ld.so.conf, without leading slashes. */
  readonly libraryFolders: ReadonlySet<string>;
}

/** Gives every collected file its place below /opt. Links stay links, with targets that hold there. */
export function relocate(collected: readonly Entry[], context: RelocationContext): Relocated {
  const warnings: string[] = [];
  const moved = new Map<string, string>();
  for (const { path } of collected) {
    const to = destination(path, context.libraryFolders);
    if (to === undefined || to === "") warnings.push(`/${path} has no place in a layer: left out`);
    else moved.set(path, to);
  }

  const folders = movedFolders(moved, context.libraryFolders);
  const dangling: LinkEntry[] = [];
  const tree = new Map<string, Entry>();
  for (const entry of collected) {
    const path = moved.get(entry.path);
    if (path === undefined) continue;
    if (entry.kind === "file") {
      place(tree, { ...entry, path }, entry.path);
      continue;
    }
    const target = linkTarget(entry, path, moved, folders, context);
    if (target !== undefined) place(tree, { kind: "link", path, target }, entry.path);
    else {
      moved.delete(entry.path);
      dangling.push(entry);
    }
  }
  refuseFilesAsFolders(tree);
  return { tree, moved, folders, warnings: [...warnings, ...aboutDangling(dangling)] };
}

/** A line for each folder, whose links mostly have one cause. */
function aboutDangling(links: readonly LinkEntry[]): string[] {
  const byFolder = new Map<string, LinkEntry[]>();
  for (const link of links) {
    const folder = posix.dirname(link.path);
    const others = byFolder.get(folder);
    if (others === undefined) byFolder.set(folder, [link]);
    else others.push(link);
  }
  return [...byFolder.values()].map(([link, ...more]) => {
    const { path, target } = link as LinkEntry;
    const others = more.length === 0 ? "" : `, and ${more.length} more of its folder`;
    return `/${path} is a link to ${target}, which does not exist: left out${others}`;
  });
}

/** What a link at its new place points to; undefined: it leads nowhere. */
function linkTarget(
  entry: LinkEntry,
  path: string,
  moved: ReadonlyMap<string, string>,
  folders: ReadonlyMap<string, string>,
  { base, installed }: RelocationContext,
): string | undefined {
  const found = installed.find(posix.resolve("/", posix.dirname(entry.path), entry.target), "link");
  if (found === undefined) return undefined;
  const origin = found.path.slice(1);
  const inLayer = moved.get(origin) ?? folders.get(origin);
  if (inLayer !== undefined) return posix.relative(posix.dirname(path), inLayer) || ".";
  return base.find(found.path) === undefined ? undefined : found.path;
}

/** Where each folder went, of those that hold something of the layer. */
function movedFolders(
  moved: ReadonlyMap<string, string>,
  libraryFolders: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const folders = new Map<string, string>();
  for (const [from, path] of moved) {
    for (let folder = posix.dirname(from); folder !== "."; folder = posix.dirname(folder)) {
      const to = destination(folder, libraryFolders);
      if (to !== undefined && to !== "" && path.startsWith(`${to}/`)) folders.set(folder, to);
      // All that it held may lie flat in lib now.
      else if (libraryFolders.has(folder) && !folders.has(folder)) folders.set(folder, "lib");
    }
  }
  return folders;
}

/**
 * Two entries may share a place only if nothing is lost: equal files, or links to the same. A link that would point to
 * itself there gives way to what it pointed to, which has the same place.
 */
function place(tree: Map<string, Entry>, entry: Entry, origin: string): void {
  if (entry.kind === "link" && posix.join(posix.dirname(entry.path), entry.target) === entry.path) return;
  const there = tree.get(entry.path);
  if (there === undefined) tree.set(entry.path, entry);
  else if (!isSame(there, entry)) throw collision(entry.path, origin);
}

const isSame = (a: Entry, b: Entry): boolean =>
  a.kind === "link" ? b.kind === "link" && a.target === b.target : b.kind === "file" && isSameFile(a, b);

const isSameFile = (a: FileEntry, b: FileEntry): boolean => a.size === b.size && sameContent(a.source, b.source);

function refuseFilesAsFolders(tree: LayerTree): void {
  for (const path of tree.keys()) {
    for (let up = posix.dirname(path); up !== "."; up = posix.dirname(up)) {
      if (tree.has(up)) throw collision(up, path);
    }
  }
}

const collision = (path: string, origin: string): ProblemError =>
  new ProblemError({
    code: "ND113",
    where: `/opt/${path}`,
    what: `two different files of the packages have this place in the layer, one of them from /${origin}`,
    todo: "ask for these packages in two functions, or leave one of them out",
  });
