import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { inByteOrder, type LayerTree } from "./tree.ts";

/** Hex SHA-256 of a file's content, streamed. */
async function fileSha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/**
 * Tree digest: SHA-256 over one JSON line `[path, type, mode, link target, content hash]` per entry, in byte order of
 * the paths. It names the content, wherever and whenever it was put together.
 */
export async function treeDigest(tree: LayerTree): Promise<string> {
  const digest = createHash("sha256");
  for (const entry of inByteOrder(tree)) {
    const line =
      entry.kind === "file"
        ? [entry.path, "file", entry.mode.toString(8), "", await fileSha256(entry.source)]
        : [entry.path, "link", "777", entry.target, ""];
    digest.update(`${JSON.stringify(line)}\n`);
  }
  return digest.digest("hex");
}
