import { posix } from "node:path";

/** One thing of a container's file system. `host` is where its content lies on this machine. */
export type Node =
  | { readonly kind: "folder" }
  | { readonly kind: "file"; readonly host: string; readonly size: number }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "special" };

export interface Found {
  /** Path without links in it, with a leading slash. */
  readonly path: string;
  readonly node: Node;
}

/** A container's file system, read without running anything in it. Paths are the container's, absolute. */
export interface RootFs {
  /** What lies at a path, links followed as inside the container; with `last: "link"` the last one is not. */
  find(path: string, last?: "follow" | "link"): Found | undefined;
  /** Names in a folder, sorted; none if there is no such folder. */
  list(folder: string): string[];
}

/** Where a file system's contents come from. */
export interface RootSource {
  /** What lies at a path that has no links in its parents. */
  at(path: string): Node | undefined;
  /** Names in such a folder, in any order. */
  names(folder: string): readonly string[];
}

const MAX_LINKS = 40;

/**
 * A container's file system, each path walked component by component, so that no link inside the container is ever
 * followed on this machine.
 */
export function rootFs({ at, names }: RootSource): RootFs {
  function find(path: string, last: "follow" | "link" = "follow"): Found | undefined {
    let rest = namesOf(path);
    let here = "/";
    for (let links = 0; rest.length > 0; ) {
      const [name, ...after] = rest as [string, ...string[]];
      const next = posix.join(here, name);
      const node = at(next);
      if (node === undefined) return undefined;
      if (node.kind !== "link" || (last === "link" && after.length === 0)) {
        here = next;
        rest = after;
        continue;
      }
      links += 1;
      if (links > MAX_LINKS) return undefined;
      here = node.target.startsWith("/") ? "/" : here;
      rest = [...namesOf(node.target), ...after];
    }
    const node = at(here);
    return node === undefined ? undefined : { path: here, node };
  }

  function list(folder: string): string[] {
    const found = find(folder);
    if (found?.node.kind !== "folder") return [];
    const all = new Set(names(found.path));
    return [...all].filter((name) => at(posix.join(found.path, name)) !== undefined).sort();
  }

  return { find, list };
}

const namesOf = (path: string): string[] => path.split("/").filter((part) => part !== "" && part !== ".");
