import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { EventEmitter } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import yazl from "yazl";
import { foldersOf, inByteOrder, type LayerTree } from "./tree.ts";

/** The part of yazl 3 that is used; its published types are those of version 2. */
interface ZipWriter extends EventEmitter {
  readonly outputStream: Readable;
  addBuffer(buffer: Buffer, path: string, options: EntryOptions): void;
  addEmptyDirectory(path: string, options: Pick<EntryOptions, "mtime" | "mode" | "forceDosTimestamp">): void;
  addReadStreamLazy(
    path: string,
    options: EntryOptions,
    open: (give: (error: null, stream: Readable) => void) => void,
  ): void;
  end(): void;
}

interface EntryOptions {
  readonly mtime: Date;
  readonly mode: number;
  readonly forceDosTimestamp: true;
  readonly compress: boolean;
  readonly compressionLevel?: number;
  readonly size?: number;
}

export interface ZipFacts {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes the layer as a zip whose bytes depend on its content alone: folders, then all else in byte order, one date, fixed
 * compression. yazl writes DOS dates from local time, hence the date's local components.
 */
export async function writeZip(tree: LayerTree, file: string): Promise<ZipFacts> {
  const date = { mtime: new Date(1980, 0, 1, 0, 0, 0), forceDosTimestamp: true } as const;
  const zip = new yazl.ZipFile() as unknown as ZipWriter;
  // fontconfig's caches hold the dates of folders. These come first, as `zip -r` puts them: unzip dates no folder that is
  // there already.
  for (const folder of foldersOf(tree)) zip.addEmptyDirectory(folder, { ...date, mode: 0o40755 });
  for (const entry of inByteOrder(tree.values())) {
    if (entry.kind === "link") {
      zip.addBuffer(Buffer.from(entry.target), entry.path, { ...date, mode: 0o120777, compress: false });
      continue;
    }
    const options = { ...date, mode: 0o100000 | entry.mode, size: entry.size, ...compressionOf(entry.size) };
    // yazl hears of no error of the stream itself.
    const fail = (failure: Error): boolean => zip.emit("error", failure);
    zip.addReadStreamLazy(entry.path, options, (open) => open(null, createReadStream(entry.source).on("error", fail)));
  }
  zip.end();

  const hash = createHash("sha256");
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(null, chunk);
    },
  });
  zip.on("error", (error: Error) => measure.destroy(error));
  await pipeline(zip.outputStream, measure, createWriteStream(file));
  return { bytes, sha256: hash.digest("hex") };
}

/** Level 9 saves half a percent more and takes three times as long, which is most of a build. */
const LEVEL = 6;
const compressionOf = (size: number) =>
  size === 0 ? { compress: false } : { compress: true, compressionLevel: LEVEL };
