import { posix } from "node:path";
import type { Architecture } from "../../packages/layer-spec.ts";
import { configuredLibraryFolders } from "../collect/library-folders.ts";
import type { RootFs } from "../collect/rootfs.ts";
import type { LayerTree } from "../tree.ts";
import { type ElfFile, is32Bit, readableElf, readElf } from "./elf.ts";
import { DamagedElf, withFileSource } from "./elf-source.ts";

/** LD_LIBRARY_PATH on Lambda; the layer comes last (docs/facts.md, "Layers"). */
export const LAMBDA_LIBRARY_PATH = [
  "/var/lang/lib",
  "/lib64",
  "/usr/lib64",
  "/var/runtime",
  "/var/runtime/lib",
  "/var/task",
  "/var/task/lib",
  "/opt/lib",
];
const LOADER_DEFAULTS = ["/lib64", "/usr/lib64"];
/** Folders within a searched one that win where the processor is able. Source: ld.so(8), "glibc-hwcaps". */
const CAPABILITIES: Readonly<Record<Architecture, readonly string[]>> = {
  x86_64: ["x86-64-v4", "x86-64-v3", "x86-64-v2"].map((level) => `glibc-hwcaps/${level}`),
  arm64: [],
};
const MAX_LINKS = 40;

/** An ELF file at its place on Lambda. */
export interface LoadedElf {
  readonly path: string;
  readonly elf: ElfFile;
}

/** An object in a process, with the one that had it loaded. */
export interface ProcessObject extends LoadedElf {
  readonly loader?: ProcessObject | undefined;
}

/** A file that has a library's name and cannot be loaded: the loader gives up at it. */
export interface BrokenFile {
  readonly broken: string;
}

/** Finds libraries as the dynamic loader does in a function: the image's below /, the layer's below /opt. */
export interface Loader {
  /** The file at a path on Lambda, if it is a readable ELF file. Throws {@link DamagedElf}. */
  elfAt(path: string): LoadedElf | undefined;
  /** What the loader would take for a name that `user` needs: one library, or one for each ability of processors. */
  resolve(user: ProcessObject, needed: string): readonly LoadedElf[] | BrokenFile;
}

/** The loader's view of a pristine image with this layer at /opt. */
export function lambdaLoader(base: RootFs, layer: LayerTree, arch: Architecture): Loader {
  const configured = configuredLibraryFolders(base);
  const abilities = hasOldLoader(base) ? [] : CAPABILITIES[arch];
  const cache = new Map<string, LoadedElf | undefined>();

  function elfAt(path: string): LoadedElf | undefined {
    if (!cache.has(path)) cache.set(path, read(path));
    return cache.get(path);
  }

  const hostOf = (path: string): string | undefined =>
    path.startsWith("/opt/") ? inLayer(layer, path, base) : inBase(base, path);

  function read(path: string): LoadedElf | undefined {
    const host = hostOf(path);
    const elf = host === undefined ? undefined : withFileSource(host, readElf);
    return elf === undefined ? undefined : { path, elf };
  }

  /** The loader passes over what is made for another machine and goes on; at any other file it gives up. */
  function candidate(path: string): LoadedElf | BrokenFile | undefined {
    const host = hostOf(path);
    if (host === undefined) return undefined;
    try {
      const found = elfAt(path);
      if (found !== undefined) return found.elf.machine === arch ? found : undefined;
      return withFileSource(host, is32Bit) ? undefined : { broken: path };
    } catch (failure) {
      if (failure instanceof DamagedElf) return { broken: path };
      throw failure;
    }
  }

  function resolve(user: ProcessObject, needed: string): readonly LoadedElf[] | BrokenFile {
    const places = needed.includes("/")
      ? [[posix.resolve("/", needed)]]
      : searchPath(user, configured).map((folder) =>
          [...abilities, ""].map((part) => posix.join(folder, part, needed)),
        );
    for (const paths of places) {
      const all = paths.flatMap((path) => candidate(path) ?? []);
      const broken = all.find((found) => "broken" in found);
      if (broken !== undefined) return broken;
      if (all.length > 0) return all as readonly LoadedElf[];
    }
    return [];
  }

  return { elfAt, resolve };
}

/** True before glibc 2.33, which brought glibc-hwcaps: on Amazon Linux 2. */
function hasOldLoader(base: RootFs): boolean {
  const libc = inBase(base, "/lib64/libc.so.6");
  const versions = libc === undefined ? undefined : readableElf(libc)?.versionsDefined;
  return versions !== undefined && !versions.includes("GLIBC_2.33");
}

/**
 * RPATH comes before LD_LIBRARY_PATH, and counts for what is loaded by the libraries that it finds as well; it does not
 * count at all where there is a RUNPATH, which comes after, for the object's own needs alone. Source: ld.so(8).
 */
function searchPath(user: ProcessObject, configured: readonly string[]): string[] {
  const rpaths: string[] = [];
  if (user.elf.runpath.length === 0) {
    for (let object: ProcessObject | undefined = user; object !== undefined; object = object.loader) {
      if (object.elf.runpath.length === 0) rpaths.push(...folders(object, object.elf.rpath));
    }
  }
  return [...rpaths, ...LAMBDA_LIBRARY_PATH, ...folders(user, user.elf.runpath), ...configured, ...LOADER_DEFAULTS];
}

const folders = ({ path }: LoadedElf, list: readonly string[]): string[] =>
  list
    .map((folder) =>
      folder.replace(/\$(ORIGIN\b|\{ORIGIN\})/g, posix.dirname(path)).replace(/\$(LIB\b|\{LIB\})/g, "lib64"),
    )
    .filter((folder) => folder.startsWith("/"));

const inBase = (base: RootFs, path: string): string | undefined => {
  const found = base.find(path);
  return found?.node.kind === "file" ? found.node.host : undefined;
};

/** Where the content of a path below /opt lies on this machine. */
function inLayer(layer: LayerTree, path: string, base: RootFs): string | undefined {
  let rest = path.split("/").filter((part) => part !== "");
  let here = "";
  for (let links = 0; rest.length > 0; ) {
    const name = rest.shift() as string;
    here = posix.join("/", here, name);
    const entry = here.startsWith("/opt/") ? layer.get(here.slice("/opt/".length)) : undefined;
    if (entry?.kind === "file") return rest.length === 0 ? entry.source : undefined;
    if (entry === undefined) continue;
    links += 1;
    if (links > MAX_LINKS) return undefined;
    const target = posix.resolve(posix.dirname(here), entry.target);
    if (!target.startsWith("/opt/")) return inBase(base, posix.join(target, ...rest));
    rest = [...target.split("/").filter((part) => part !== ""), ...rest];
    here = "";
  }
  return undefined;
}
