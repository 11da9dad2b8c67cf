import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { inByteOrder, type LayerTree } from "./tree.ts";

/** Hex SHA-256 of a file's content, streamed. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** SHA-256 of the content of each file, by path. */
export async function fileHashes(tree: LayerTree): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const entry of tree.values()) if (entry.kind === "file") hashes.set(entry.path, await fileSha256(entry.source));
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
