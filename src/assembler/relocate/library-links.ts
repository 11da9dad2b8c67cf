import { posix } from "node:path";
import type { RootFs } from "../collect/rootfs.ts";
import { type ElfFile, readableElf } from "../elf/elf.ts";
import type { LayerTree, LinkEntry } from "../tree.ts";

/**
 * Links `libX.so` to the libraries of requested packages. Only -devel packages bring such names, and yet ffi, ctypes and
 * dlopen are often given them. None where there is such a file already, or where two libraries could be meant.
 *
 * @param isRequested tells of a path below /opt whether a requested package brought it
 */
export function requestedLinks(tree: LayerTree, isRequested: (path: string) => boolean): readonly LinkEntry[] {
  const meant = new Map<string, Set<string>>();
  for (const path of tree.keys()) {
    const name = /^(lib[^/]*?\.so)\.\d+$/.exec(posix.basename(path))?.[1];
    if (name === undefined || posix.dirname(path) !== "lib" || !isRequested(path)) continue;
    const targets = meant.get(name) ?? new Set();
    targets.add(posix.basename(path));
    meant.set(name, targets);
  }
  return [...meant].flatMap(([name, [target, ...others]]): LinkEntry[] => {
    const path = `lib/${name}`;
    return target === undefined || others.length > 0 || tree.has(path) ? [] : [{ kind: "link", path, target }];
  });
}

export interface Moves {
  /** Before paths were rewritten, and after. */
  readonly before: LayerTree;
  readonly after: LayerTree;
  /** Path in the container -> path below /opt, without leading slashes. */
  readonly moved: ReadonlyMap<string, string>;
  /** The container with the packages in it. */
  readonly installed: RootFs;
}

/**
 * Links in lib to libraries that a program or library found by its RPATH or RUNPATH in the container, and would not find by
 * it any more: it starts at $ORIGIN and leads to another place there, or names a folder that the image has, too, and so was
 * not rewritten.
 */
export function runpathLinks(moves: Moves): readonly LinkEntry[] {
  const links = new Map<string, LinkEntry>();
  for (const [origin, path] of moves.moved) {
    const [then, now] = [elfIn(moves.before, path), elfIn(moves.after, path)];
    if (then === undefined || now === undefined) continue;
    const searched = foldersOf(now, `/opt/${path}`);
    const isFound = (name: string): boolean =>
      searched.some((folder) => moves.after.has(posix.join(folder, name).replace(/^\/opt\//, "")));
    for (const [needed, target] of foundBy(then, `/${origin}`, moves)) {
      const name = `lib/${needed}`;
      if (moves.after.has(name) || isFound(needed)) continue;
      links.set(name, { kind: "link", path: name, target: posix.relative("lib", target) });
    }
  }
  return [...links.values()];
}

/** What an object at its place in the container found by its own folders, with where that lies below /opt. */
function foundBy(elf: ElfFile, path: string, { moved, installed }: Moves): readonly (readonly [string, string])[] {
  return foldersOf(elf, path).flatMap((folder) => {
    const real = installed.find(folder)?.path;
    if (real === undefined) return [];
    return elf.needed.flatMap((needed) => {
      const target = moved.get(posix.join(real, needed).slice(1));
      return target === undefined ? [] : [[needed, target] as const];
    });
  });
}

function elfIn(tree: LayerTree, path: string) {
  const entry = tree.get(path);
  return entry?.kind === "file" ? readableElf(entry.source) : undefined;
}

const foldersOf = (elf: ElfFile, path: string): string[] =>
  [...elf.rpath, ...elf.runpath].map((folder) =>
    posix.resolve("/", folder.replace(/\$(ORIGIN\b|\{ORIGIN\})/g, posix.dirname(path))),
  );
