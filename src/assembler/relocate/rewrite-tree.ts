import { Buffer } from "node:buffer";
import { closeSync, copyFileSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { isElf } from "../elf/elf.ts";
import type { Entry, LayerTree } from "../tree.ts";
import type { PathNode } from "./path-index.ts";
import { rewritePaths, type ShortLink, STRING_ENDS } from "./rewrite.ts";

/** What is held of a file at a time. Bytes. */
const PIECE = 4 * 1024 * 1024;

/** Folders below /opt that Lambda itself gives a meaning to. */
const RESERVED = ["bin", "lib", "extensions", "python", "ruby", "nodejs", "java"];

/**
 * Rewrites the paths in every ELF and text file of the tree. Changed files get a copy in `folder`: the container's own
 * are left as they are; names of one file (hard links) stay names of one. Other files (archives, images, byte code) hold
 * paths in forms that a rewriting would break.
 *
 * @param piece how much of a file is held at a time, in bytes
 */
export function rewriteTree(tree: LayerTree, index: PathNode, folder: string, piece = PIECE): LayerTree {
  const result = new Map<string, Entry>(tree);
  const tops = new Set([...RESERVED, ...[...tree.keys()].map((path) => path.split("/", 1)[0] as string)]);
  const links = new Map<string, string>();
  const claim = ({ name, target }: ShortLink): boolean => {
    if (links.get(name) === target) return true;
    if (tops.has(name) || links.has(name)) return false;
    links.set(name, target);
    return true;
  };

  const copies = new Map<string, string>();
  const buffer = Buffer.alloc(piece);
  for (const entry of tree.values()) {
    if (entry.kind === "link") continue;
    const done = copies.get(entry.source);
    const copy = done ?? join(folder, String(copies.size));
    const rewrite = (content: Buffer): boolean => rewritePaths(content, index, claim) > 0;
    if (done === undefined && !rewriteFile(entry.source, copy, buffer, rewrite)) continue;
    copies.set(entry.source, copy);
    result.set(entry.path, { ...entry, source: copy });
  }
  for (const [path, target] of links) result.set(path, { kind: "link", path, target });
  return result;
}

/** True if something was rewritten, in a copy of the file. */
function rewriteFile(file: string, copy: string, buffer: Buffer, rewrite: (piece: Buffer) => boolean): boolean {
  const fd = openSync(file, "r");
  let out: number | undefined;
  try {
    if (!isRewritable(fd, buffer)) return false;
    for (const { at, bytes } of pieces(fd, buffer)) {
      if (!rewrite(bytes)) continue;
      if (out === undefined) {
        copyFileSync(file, copy);
        out = openSync(copy, "r+");
      }
      writeSync(out, bytes, 0, bytes.length, at);
    }
  } finally {
    closeSync(fd);
    if (out !== undefined) closeSync(out);
  }
  return out !== undefined;
}

function isRewritable(fd: number, buffer: Buffer): boolean {
  for (let at = 0; ; at += buffer.length) {
    const read = readSync(fd, buffer, 0, buffer.length, at);
    const bytes = buffer.subarray(0, read);
    if (at === 0 && isElf(bytes)) return true;
    if (bytes.includes(0)) return false;
    if (read < buffer.length) return true;
  }
}

/** A file piece by piece, each but the last ended where a string ends: no path lies in two. A longer string is cut. */
function* pieces(fd: number, buffer: Buffer): Generator<{ readonly at: number; readonly bytes: Buffer }> {
  for (let at = 0; ; ) {
    const read = readSync(fd, buffer, 0, buffer.length, at);
    if (read === 0) return;
    const bytes = buffer.subarray(0, read);
    const end = read < buffer.length ? read : Math.max(...STRING_ENDS.map((byte) => bytes.lastIndexOf(byte))) + 1;
    const length = end === 0 ? read : end;
    yield { at, bytes: bytes.subarray(0, length) };
    at += length;
  }
}
