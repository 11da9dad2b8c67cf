import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { inByteOrder, type LayerTree } from "./tree.ts";

const PIECE = 1 << 20;

/** Hex SHA-256 of a file's content, piece by piece: a stream for each of thousands of small files takes five times as long. */
export function fileSha256(path: string): string {
  const hash = createHash("sha256");
  const piece = Buffer.allocUnsafe(PIECE);
  const file = openSync(path, "r");
  try {
    for (let read = PIECE; read > 0; ) {
      read = readSync(file, piece, 0, PIECE, null);
      hash.update(piece.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}

/** SHA-256 of the content of each file, by path. */
export function fileHashes(tree: LayerTree): ReadonlyMap<string, string> {
  const hashes = new Map<string, string>();
  for (const entry of tree.values()) if (entry.kind === "file") hashes.set(entry.path, fileSha256(entry.source));
  return hashes;
}

/**
 * Tree digest: SHA-256 over one JSON line `[path, type, mode, link target, content hash]` per entry, in byte order of
 * the paths. It names the content, wherever and whenever it was put together.
 */
export function treeDigest(tree: LayerTree, hashes: ReadonlyMap<string, string>): string {
  const digest = createHash("sha256");
  for (const entry of inByteOrder(tree.values())) {
    const line =
      entry.kind === "file"
        ? [entry.path, "file", entry.mode.toString(8), "", hashes.get(entry.path) as string]
        : [entry.path, "link", "777", entry.target, ""];
    digest.update(`${JSON.stringify(line)}\n`);
  }
  return digest.digest("hex");
}
