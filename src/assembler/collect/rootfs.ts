import { lstatSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { join, posix } from "node:path";

/** One thing of a container's file system. `host` is where its content lies on this machine. */
export type Node =
  | { readonly kind: "folder"; readonly hosts: readonly string[] }
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

const MAX_LINKS = 40;

/**
 * Overlay layers, topmost first, read as one file system: each path is walked component by component, so that no
 * link inside the container is ever followed on this machine. A whiteout (device 0/0) hides what lies below it.
 *
 * Limit: a folder that a layer has replaced as a whole ("opaque") is read as if merged with those below it. Its mark is
 * the extended attribute trusted.overlay.opaque, which Node.js cannot read. So a file that such a folder hides may count
 * as part of the image.
 */
export function layeredRoot(layers: readonly string[]): RootFs {
  const cache = new Map<string, Node | undefined>([["/", { kind: "folder", hosts: layers }]]);

  /** `path` has no links in its parents. */
  function at(path: string): Node | undefined {
    if (cache.has(path)) return cache.get(path);
    const parent = at(posix.dirname(path));
    const node = parent?.kind === "folder" ? childOf(parent.hosts, posix.basename(path)) : undefined;
    cache.set(path, node);
    return node;
  }

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
    const names = new Set(found.node.hosts.flatMap((host) => readdirSync(host)));
    return [...names].filter((name) => at(posix.join(found.path, name)) !== undefined).sort();
  }

  return { find, list };
}

const namesOf = (path: string): string[] => path.split("/").filter((part) => part !== "" && part !== ".");

function childOf(hosts: readonly string[], name: string): Node | undefined {
  const folders: string[] = [];
  for (const parent of hosts) {
    const host = join(parent, name);
    const stats = lstatOf(host);
    if (stats === undefined) continue;
    if (stats.isDirectory()) {
      folders.push(host);
      continue;
    }
    if (folders.length > 0 || isWhiteout(stats)) break;
    if (stats.isSymbolicLink()) return { kind: "link", target: readlinkSync(host) };
    return stats.isFile() ? { kind: "file", host, size: stats.size } : { kind: "special" };
  }
  return folders.length > 0 ? { kind: "folder", hosts: folders } : undefined;
}

/** The overlay's mark for "removed": a character device 0/0. */
export const isWhiteout = (stats: Stats): boolean => stats.isCharacterDevice() && stats.rdev === 0;

function lstatOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (failure) {
    const code = (failure as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return undefined;
    throw failure;
  }
}
