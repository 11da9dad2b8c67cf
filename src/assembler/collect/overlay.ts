import { Buffer } from "node:buffer";
import { lstatSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { join, posix } from "node:path";
import type { ContainerFileSystem } from "../ports.ts";
import { inByteOrder } from "../tree.ts";
import type { ContainerChange, Touched } from "./change.ts";
import { isNotCollected, portableName } from "./not-collected.ts";
import { type Node, type RootFs, rootFs } from "./rootfs.ts";

/** The change as it lies on this machine: the upper folder of the container's overlay is the change itself. */
export function overlayChange({ upper, lower }: ContainerFileSystem): ContainerChange {
  return { base: layeredRoot(lower), installed: layeredRoot([upper, ...lower]), touched: touchedIn(upper) };
}

function touchedIn(upper: string): readonly Touched[] {
  const touched: Touched[] = [];
  const firstNames = new Map<string, string>();
  /** One path for all names of a file. */
  const nameOf = (host: string, { dev, ino, nlink }: Stats): string => {
    if (nlink === 1) return host;
    const name = firstNames.get(`${dev}:${ino}`) ?? host;
    firstNames.set(`${dev}:${ino}`, name);
    return name;
  };
  const visit = (folder: string, host: string): void => {
    for (const raw of readdirSync(Buffer.from(host), { encoding: "buffer" })) {
      const path = folder === "" ? portableName(raw, folder) : `${folder}/${portableName(raw, folder)}`;
      if (isNotCollected(path)) continue;
      const there = join(host, raw.toString());
      const stats = lstatSync(there);
      if (stats.isDirectory()) visit(path, there);
      else if (!isWhiteout(stats)) touched.push(touchedAt(path, nameOf(there, stats), stats));
    }
  };
  visit("", upper);
  return inByteOrder(touched);
}

function touchedAt(path: string, host: string, stats: Stats): Touched {
  if (stats.isSymbolicLink()) return { kind: "link", path, target: readlinkSync(host) };
  return stats.isFile() ? { kind: "file", path, host, size: stats.size, mode: stats.mode } : { kind: "special", path };
}

/** A node with the folders of its layers that it is made of. */
type LayeredNode = Exclude<Node, { kind: "folder" }> | { readonly kind: "folder"; readonly hosts: readonly string[] };

/**
 * Overlay layers, topmost first, read as one file system. A whiteout (device 0/0) hides what lies below it.
 *
 * Limit: a folder that a layer has replaced as a whole ("opaque") is read as if merged with those below it. Its mark is
 * the extended attribute trusted.overlay.opaque, which Node.js cannot read. So a file that such a folder hides may count
 * as part of the image.
 */
export function layeredRoot(layers: readonly string[]): RootFs {
  const cache = new Map<string, LayeredNode | undefined>([["/", { kind: "folder", hosts: layers }]]);

  function at(path: string): LayeredNode | undefined {
    if (cache.has(path)) return cache.get(path);
    const parent = at(posix.dirname(path));
    const node = parent?.kind === "folder" ? childOf(parent.hosts, posix.basename(path)) : undefined;
    cache.set(path, node);
    return node;
  }

  function names(folder: string): readonly string[] {
    const node = at(folder);
    return node?.kind === "folder" ? node.hosts.flatMap((host) => readdirSync(host)) : [];
  }

  return rootFs({ at, names });
}

function childOf(hosts: readonly string[], name: string): LayeredNode | undefined {
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
const isWhiteout = (stats: Stats): boolean => stats.isCharacterDevice() && stats.rdev === 0;

function lstatOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (failure) {
    const code = (failure as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return undefined;
    throw failure;
  }
}
