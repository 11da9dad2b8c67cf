import type { RootFs } from "../collect/rootfs.ts";

/** A tree of the paths that the layer took from the container, as strings in its files may name them. */
export interface PathNode {
  readonly children: Map<string, PathNode>;
  /**
   * Path below /opt that this one became; undefined where the image has the same folder, so that a string naming
   * it may mean either.
   */
  target: string | undefined;
}

export interface PathIndexContext {
  readonly base: RootFs;
  /** Path in the container -> path below /opt. */
  readonly moved: ReadonlyMap<string, string>;
  /** The same for folders. */
  readonly folders: ReadonlyMap<string, string>;
}

/** Links in the image through which a program may name the same file, e.g. /lib64 for /usr/lib64. */
const MERGED_FOLDERS = ["bin", "sbin", "lib", "lib64", "usr/sbin", "usr/lib64"];

/** Index of every name under which something in this layer was known in the container. */
export function pathIndex(context: PathIndexContext): PathNode {
  const root: PathNode = { children: new Map(), target: undefined };
  const aliases = mergedFolders(context.base);
  for (const [path, target] of context.moved) {
    add(root, path, target, context);
    for (const [alias, folder] of aliases) {
      if (path.startsWith(`${folder}/`)) add(root, alias + path.slice(folder.length), target, context);
    }
  }
  return root;
}

function add(root: PathNode, path: string, target: string, { base, folders }: PathIndexContext): void {
  let node = root;
  let here = "";
  for (const name of path.split("/")) {
    here = here === "" ? name : `${here}/${name}`;
    let next = node.children.get(name);
    if (next === undefined) {
      const owned = here !== path && base.find(`/${here}`) === undefined;
      next = { children: new Map(), target: owned ? folders.get(here) : undefined };
      node.children.set(name, next);
    }
    node = next;
  }
  node.target = target;
}

function mergedFolders(base: RootFs): [alias: string, folder: string][] {
  return MERGED_FOLDERS.flatMap((alias): [string, string][] => {
    const found = base.find(`/${alias}`);
    return found === undefined || found.path === `/${alias}` ? [] : [[alias, found.path.slice(1)]];
  });
}
