import { Buffer } from "node:buffer";
import type { Readable } from "node:stream";
import { extract, type Header } from "tar-stream";
import { oneLine, ProblemError } from "../../errors/problem.ts";

/** One entry of a tar stream from a container engine. Its path has no leading slash and no dots in it. */
export interface TarEntry {
  /** As bytes: engines pass on names that are no UTF-8. */
  readonly path: Buffer;
  readonly kind: "file" | "folder" | "link" | "hard link" | "special";
  /** Of a link as it is written, of a hard link the path of what it is a name of. */
  readonly target: string;
  readonly size: number;
  readonly mode: number;
  readonly content: AsyncIterable<Buffer>;
}

const KINDS: Readonly<Record<string, TarEntry["kind"]>> = {
  file: "file",
  "contiguous-file": "file",
  directory: "folder",
  symlink: "link",
  link: "hard link",
};

/**
 * Reads a tar stream entry by entry; content that is not read is skipped.
 *
 * @throws ProblemError ND102 for a name that leads out of the container, or a stream that is no tar
 */
export async function* tarEntries(bytes: Readable): AsyncGenerator<TarEntry> {
  // Names outside of PAX headers come as bytes, whatever they are; "latin1" keeps each of them.
  const reader = extract({ filenameEncoding: "latin1" } as object);
  bytes.on("error", (failure) => reader.destroy(failure));
  bytes.pipe(reader);
  try {
    for await (const entry of reader) {
      const { header } = entry as { header: Header };
      yield { ...entryOf(header), content: contentOf(entry as unknown as AsyncIterable<Buffer>) };
      (entry as unknown as Readable).resume();
    }
  } catch (failure) {
    throw failure instanceof ProblemError ? failure : damaged(String(failure));
  } finally {
    bytes.destroy();
  }
}

/** Not the stream itself, for Node's pipelines never end if the archive breaks off in it. */
async function* contentOf(entry: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* entry;
  } catch (failure) {
    throw damaged(`it breaks off: ${failure}`);
  }
}

function entryOf(header: Header): Omit<TarEntry, "content"> {
  const kind = KINDS[header.type ?? ""] ?? "special";
  const pax = (header.pax ?? {}) as Readonly<Record<string, string>>;
  const target = bytesOf(header.linkname ?? "", pax.linkpath).toString();
  return {
    path: cleanPath(bytesOf(header.name, pax.path)),
    kind,
    target: kind === "hard link" ? cleanPath(Buffer.from(target)).toString() : target,
    size: header.size ?? 0,
    mode: header.mode ?? 0,
  };
}

/** A name from a PAX header is text already. */
const bytesOf = (name: string, pax: string | undefined): Buffer =>
  pax === undefined ? Buffer.from(name, "latin1") : Buffer.from(pax);

function cleanPath(name: Buffer): Buffer {
  const parts = name
    .toString("latin1")
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw damaged(`it holds the name "${oneLine(name.toString()).slice(0, 200)}"`);
  return Buffer.from(parts.join("/"), "latin1");
}

const damaged = (why: string): ProblemError =>
  new ProblemError({
    code: "ND102",
    where: "container engine",
    what: `the files of a container cannot be read from it (${oneLine(why).slice(0, 300)})`,
    todo: "build again; if it stays so, report it with the engine's name and version",
  });
