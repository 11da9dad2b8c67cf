import { Buffer } from "node:buffer";
import { createWriteStream, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { pipeline } from "node:stream/promises";
import { isElf } from "../elf/elf.ts";
import type { ContainerEngine, EngineStream, PathChange } from "../ports.ts";
import { inByteOrder } from "../tree.ts";
import type { ContainerChange, Touched } from "./change.ts";
import { isBelowNotCollected, portablePath } from "./not-collected.ts";
import { type Node, type RootFs, rootFs } from "./rootfs.ts";
import { type TarEntry, tarEntries } from "./tar-entries.ts";

/** Files of the image up to this size are kept, for they may configure the loader; of larger ones only programs and libraries. Bytes. */
const SMALL = 64 * 1024;

/** A file system by path, without leading slashes. */
type Nodes = Map<string, Node>;

/**
 * The change where the container's files cannot be read on this machine: by the engine's API, which says what differs
 * from the image, and one pass over the container's files.
 *
 * @param pristine a container of the same image that was never started
 * @param folder an empty folder for the files
 */
export async function exportedChange(
  engine: ContainerEngine,
  container: string,
  pristine: string,
  folder: string,
): Promise<ContainerChange> {
  const keep = fileKeeper(folder);
  const kinds = new Map((await engine.changes(container)).map(({ path, kind }) => [path.replace(/^\/+/, ""), kind]));
  const isNew = addedWithParents(kinds);
  const installed: Nodes = new Map();
  const touched: Touched[] = [];

  await eachEntry(engine.copyOut(container, "/"), async (entry) => {
    // A name that is no UTF-8 has the form in which the API's JSON holds it.
    const path = entry.path.toString();
    if (path === "") return;
    const differs = (kinds.has(path) && kinds.get(path) !== "removed") || isNew(path);
    const mayShip = differs && !isBelowNotCollected(path);
    const node = await nodeOf(entry, installed, mayShip ? keep.always : keep.ifReadable);
    installed.set(path, node);
    if (!mayShip || node.kind === "folder") return;
    touched.push(touchedOf(portablePath(entry.path), node, entry.mode));
  });

  const isFolder = (path: string): boolean => installed.get(path)?.kind === "folder";
  const base: Nodes = new Map([...installed].filter(([path]) => !kinds.has(path) && !isNew(path)));
  for (const [path, kind] of kinds) {
    const now = installed.get(path);
    // Of what is of no use in a layer it is enough to know that it is there.
    if (kind === "changed" && now !== undefined && (isFolder(path) || isBelowNotCollected(path))) base.set(path, now);
  }
  for (const { from, isWanted } of placesBefore(kinds, isFolder, (path) => installed.get(path)?.kind === "link")) {
    await eachEntry(engine.copyOut(pristine, `/${from}`), async (entry) => {
      const own = posix.join(posix.dirname(from), entry.path.toString());
      if (isWanted(own)) base.set(own, await nodeOf(entry, base, keep.always));
    });
  }
  return { base: mappedRoot(base), installed: mappedRoot(installed), touched: inByteOrder(touched) };
}

/** What to copy out of the pristine container, and what of it is of use. */
interface Place {
  readonly from: string;
  readonly isWanted: (path: string) => boolean;
}

/**
 * Where the image's own version lies of what changed or is gone. A link cannot be asked for by its own path, which podman
 * follows, but comes with its folder.
 */
function placesBefore(
  kinds: ReadonlyMap<string, PathChange["kind"]>,
  isFolder: (path: string) => boolean,
  isLink: (path: string) => boolean,
): readonly Place[] {
  const before = [...kinds].filter(
    ([path, kind]) => !isBelowNotCollected(path) && (kind === "removed" || (kind === "changed" && !isFolder(path))),
  );
  const links = new Set(before.filter(([path]) => isLink(path)).map(([path]) => path));
  const folders = new Set([...links].map((path) => posix.dirname(path)));
  return [
    ...before.filter(([path]) => !links.has(path)).map(([from]) => ({ from, isWanted: () => true })),
    ...[...folders].map((from) => ({ from, isWanted: (path: string) => links.has(path) })),
  ];
}

/** What lies below a folder that was added is new, whether or not the engine lists it. */
function addedWithParents(kinds: ReadonlyMap<string, PathChange["kind"]>): (path: string) => boolean {
  const known = new Map<string, boolean>([[".", false]]);
  const isNew = (path: string): boolean => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const result = kinds.get(path) === "added" || isNew(posix.dirname(path));
    known.set(path, result);
    return result;
  };
  return isNew;
}

async function eachEntry({ bytes, done }: EngineStream, take: (entry: TarEntry) => Promise<void>): Promise<void> {
  for await (const entry of tarEntries(bytes)) await take(entry);
  await done();
}

/** Keeps a file's content on this machine, and says where; an empty file stands for what is not worth it. */
type Keep = (entry: TarEntry) => Promise<string>;

function fileKeeper(folder: string): { readonly always: Keep; readonly ifReadable: Keep } {
  const nothing = join(folder, "0");
  writeFileSync(nothing, "");
  let count = 0;
  const write = async (content: AsyncIterable<Buffer>): Promise<string> => {
    count += 1;
    const file = join(folder, String(count));
    await pipeline(content, createWriteStream(file));
    return file;
  };
  return {
    always: ({ content }) => write(content),
    async ifReadable({ content, size }) {
      if (size <= SMALL) return write(content);
      const [head, rest] = await firstBytes(content);
      return isElf(head) ? write(rest) : nothing;
    },
  };
}

/** The first bytes of a content, and the whole of it. */
async function firstBytes(content: AsyncIterable<Buffer>): Promise<[Buffer, AsyncIterable<Buffer>]> {
  const chunks = content[Symbol.asyncIterator]();
  const first = await chunks.next();
  const head: Buffer = first.done ? Buffer.alloc(0) : first.value;
  async function* whole(): AsyncGenerator<Buffer> {
    yield head;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  }
  return [head, whole()];
}

async function nodeOf(entry: TarEntry, nodes: Nodes, keep: Keep): Promise<Node> {
  if (entry.kind === "folder") return { kind: "folder" };
  if (entry.kind === "link") return { kind: "link", target: entry.target };
  // The file it is another name of came before it.
  if (entry.kind === "hard link") return nodes.get(entry.target) ?? { kind: "special" };
  if (entry.kind === "special") return { kind: "special" };
  return { kind: "file", host: await keep(entry), size: entry.size };
}

function touchedOf(path: string, node: Exclude<Node, { kind: "folder" }>, mode: number): Touched {
  return node.kind === "file" ? { ...node, path, mode } : { ...node, path };
}

function mappedRoot(nodes: Nodes): RootFs {
  const names = new Map<string, string[]>();
  for (const path of nodes.keys()) {
    const folder = posix.dirname(path);
    const own = names.get(folder) ?? [];
    own.push(posix.basename(path));
    names.set(folder, own);
  }
  const inMap = (path: string): string => path.replace(/^\/+/, "");
  return rootFs({
    at: (path) => (path === "/" ? { kind: "folder" } : nodes.get(inMap(path))),
    names: (folder) => names.get(folder === "/" ? "." : inMap(folder)) ?? [],
  });
}
