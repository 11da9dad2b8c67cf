import { createReadStream } from "node:fs";
import { posix } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { foldersOf, inByteOrder, type LayerTree } from "../tree.ts";

/** The date that everything in a layer has: the first that zip files can say. */
export const LAYER_DATE = new Date("1980-01-01T00:00:00Z");

/** The layer as a tar stream, below opt/, dated as Lambda has it. */
export function packTree(tree: LayerTree): Readable {
  const tar = pack();
  const common = { mtime: LAYER_DATE, uid: 0, gid: 0 };
  const fill = async (): Promise<void> => {
    for (const folder of ["", ...foldersOf(tree)]) {
      tar.entry({ ...common, name: posix.join("opt", folder, "/"), type: "directory", mode: 0o755 });
    }
    for (const entry of inByteOrder(tree.values())) {
      const name = `opt/${entry.path}`;
      if (entry.kind === "link") tar.entry({ ...common, name, type: "symlink", linkname: entry.target, mode: 0o777 });
      else {
        const to = tar.entry({ ...common, name, type: "file", mode: entry.mode, size: entry.size });
        await pipeline(createReadStream(entry.source), to as unknown as NodeJS.WritableStream);
      }
    }
    tar.finalize();
  };
  fill().catch((failure) => tar.destroy(failure as Error));
  return Readable.from(tar as unknown as AsyncIterable<Buffer>);
}
