import { posix } from "node:path";
import type { Architecture } from "../../packages/layer-spec.ts";
import { configuredLibraryFolders } from "../collect/library-folders.ts";
import type { RootFs } from "../collect/rootfs.ts";
import type { LayerTree } from "../tree.ts";
import { type ElfFile, readElf } from "./elf.ts";
import { DamagedElf, withFileSource } from "./elf-source.ts";

/** LD_LIBRARY_PATH on Lambda; the layer comes last (docs/facts.md, "Layers"). */
const LAMBDA_LIBRARY_PATH = [
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
const MAX_LINKS = 40;

/** An ELF file at its place on Lambda. */
export interface LoadedElf {
  readonly path: string;
  readonly elf: ElfFile;
}

/** Finds libraries as the dynamic loader does in a function: the image's below /, the layer's below /opt. */
export interface Loader {
  /** The file at a path on Lambda, if it is a readable ELF file. Throws {@link DamagedElf}. */
  elfAt(path: string): LoadedElf | undefined;
  /** The first library of that name that the loader would take for `user`. */
  resolve(user: LoadedElf, needed: string): LoadedElf | undefined;
}

/** The loader's view of a pristine image with this layer at /opt. */
export function lambdaLoader(base: RootFs, layer: LayerTree, arch: Architecture): Loader {
  const configured = configuredLibraryFolders(base);
  const cache = new Map<string, LoadedElf | undefined>();

  function elfAt(path: string): LoadedElf | undefined {
    if (!cache.has(path)) cache.set(path, read(path));
    return cache.get(path);
  }

  function read(path: string): LoadedElf | undefined {
    const host = path.startsWith("/opt/") ? inLayer(layer, path, base) : inBase(base, path);
    const elf = host === undefined ? undefined : withFileSource(host, readElf);
    return elf === undefined ? undefined : { path, elf };
  }

  /** The loader passes over what it cannot load and goes on. */
  function candidate(path: string): LoadedElf | undefined {
    try {
      const found = elfAt(path);
      return found?.elf.machine === arch ? found : undefined;
    } catch (failure) {
      if (failure instanceof DamagedElf) return undefined;
      throw failure;
    }
  }

  function resolve(user: LoadedElf, needed: string): LoadedElf | undefined {
    if (needed.includes("/")) return candidate(posix.resolve("/", needed));
    for (const folder of searchPath(user, configured)) {
      const found = candidate(posix.join(folder, needed));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  return { elfAt, resolve };
}

/** RPATH counts only without RUNPATH and before LD_LIBRARY_PATH, RUNPATH after it. */
function searchPath({ path, elf }: LoadedElf, configured: readonly string[]): string[] {
  const own = (folders: readonly string[]) =>
    folders
      .map((folder) =>
        folder.replace(/\$(ORIGIN\b|\{ORIGIN\})/g, posix.dirname(path)).replace(/\$(LIB\b|\{LIB\})/g, "lib64"),
      )
      .filter((folder) => folder.startsWith("/"));
  const rpath = elf.runpath.length > 0 ? [] : own(elf.rpath);
  return [...rpath, ...LAMBDA_LIBRARY_PATH, ...own(elf.runpath), ...configured, ...LOADER_DEFAULTS];
}

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
