import { Buffer } from "node:buffer";
import { closeSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Entry, FileEntry, LayerTree } from "../tree.ts";
import type { PathNode } from "./path-index.ts";
import { rewritePaths, type ShortLink } from "./rewrite.ts";

/** Larger files are data of their own; programs and libraries stay below. Bytes. */
const MAX_REWRITTEN = 200 * 1024 * 1024;
const ELF_MAGIC = Buffer.from("\u007fELF", "latin1");

/** Folders below /opt that Lambda itself gives a meaning to. */
const RESERVED = ["bin", "lib", "extensions", "python", "ruby", "nodejs", "java"];

/**
 * Rewrites the paths in every ELF and text file of the tree. Changed files get a copy in `folder`: the container's own
 * are left as they are. Other files (archives, images, byte code) hold paths in forms that a rewriting would break.
 */
export function rewriteTree(tree: LayerTree, index: PathNode, folder: string): LayerTree {
  const result = new Map<string, Entry>(tree);
  const tops = new Set([...RESERVED, ...[...tree.keys()].map((path) => path.split("/", 1)[0] as string)]);
  const links = new Map<string, string>();
  const claim = ({ name, target }: ShortLink): boolean => {
    if (links.get(name) === target) return true;
    if (tops.has(name) || links.has(name)) return false;
    links.set(name, target);
    return true;
  };

  let copies = 0;
  for (const entry of tree.values()) {
    if (entry.kind === "link") continue;
    const content = rewritable(entry);
    if (content === undefined || rewritePaths(content, index, claim) === 0) continue;
    copies += 1;
    const source = join(folder, String(copies));
    writeFileSync(source, content);
    result.set(entry.path, { ...entry, source });
  }
  for (const [path, target] of links) result.set(path, { kind: "link", path, target });
  return result;
}

function rewritable(entry: FileEntry): Buffer | undefined {
  if (entry.size > MAX_REWRITTEN || entry.size === 0) return undefined;
  const isElf = head(entry.source).equals(ELF_MAGIC);
  const content = readFileSync(entry.source);
  return isElf || !content.includes(0) ? content : undefined;
}

function head(path: string): Buffer {
  const bytes = Buffer.alloc(ELF_MAGIC.length);
  const fd = openSync(path, "r");
  try {
    readSync(fd, bytes, 0, bytes.length, 0);
  } finally {
    closeSync(fd);
  }
  return bytes;
}
