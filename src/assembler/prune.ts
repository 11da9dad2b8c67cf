import { posix } from "node:path";
import type { Entry, LayerTree } from "./tree.ts";

/** Folders that no function reads. */
const FOLDERS = [
  ...["include", "src", "lib/cmake", "lib/debug", "lib/pkgconfig", "lib/rpm"],
  ...[
    "aclocal",
    "bash-completion",
    "doc",
    "emacs",
    "fish",
    "gdb",
    "gir-1.0",
    "gtk-doc",
    "help",
    "info",
    "licenses",
  ].map(inShare),
  // mime/packages: what mime.cache is made from.
  ...["locale", "man", "metainfo", "mime/packages", "pkgconfig", "systemtap", "vala", "vim", "zsh"].map(inShare),
];

function inShare(name: string): string {
  return `share/${name}`;
}

/**
 * Static libraries, and what libtool wrote for linking, but not in plugin folders: ImageMagick and others find their plugins
 * by it. Python's caches, which hold the dates of files: they are made anew when the layer is finished.
 */
const NAMES = /\.a$|^lib\/[^/]+\.la$|(^|\/)__pycache__\//;

/** Takes out what a function does not need. `keep` wins over the rules, `drop` over everything; both are paths below /opt. */
export function pruneTree(tree: LayerTree, keep: readonly string[], drop: readonly string[]): LayerTree {
  const kept = new Map<string, Entry>();
  for (const [path, entry] of tree) {
    if (isWithin(path, drop)) continue;
    if ((isWithin(path, FOLDERS) || NAMES.test(path)) && !isWithin(path, keep)) continue;
    kept.set(path, entry);
  }
  return withoutLinksTo(tree, kept);
}

const isWithin = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => path === folder || path.startsWith(`${folder}/`));

/** Links into what was taken out go too, and links to those. */
function withoutLinksTo(before: LayerTree, after: Map<string, Entry>): LayerTree {
  const had = withFolders(before);
  for (let removed = true; removed; ) {
    removed = false;
    const has = withFolders(after);
    for (const [path, entry] of after) {
      if (entry.kind === "file" || entry.target.startsWith("/")) continue;
      const target = posix.join(posix.dirname(path), entry.target);
      if (had.has(target) && !has.has(target)) removed = after.delete(path) || removed;
    }
  }
  return after;
}

function withFolders(tree: LayerTree): Set<string> {
  const paths = new Set<string>();
  for (const path of tree.keys()) {
    for (let up = path; up !== "." && !paths.has(up); up = posix.dirname(up)) paths.add(up);
  }
  return paths;
}
