import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import type { Entry } from "../../../src/assembler/tree.ts";

/** What an ELF file is to be. Symbols are written `name` or `name@VERSION`. */
export interface Crafted {
  readonly soname?: string;
  /** NEEDED -> the symbols that are taken from it. A symbol that ends in `?` may be missing when it is loaded. */
  readonly needs?: Readonly<Record<string, readonly string[]>>;
  readonly defines?: readonly string[];
  /** A program, which ends with status 0; otherwise a shared object. */
  readonly program?: true;
  /** `-m32` for another machine, `-Wl,-rpath,…`. */
  readonly flags?: readonly string[];
  /** Needs that `patchelf --remove-needed` takes out again; the versions that are needed of them stay. */
  readonly unneeded?: string;
  /** Changes the finished bytes: what no compiler makes. */
  readonly patch?: (bytes: Buffer) => Buffer;
}

/** A layer's content: what to compile, text, or a link. */
export type CraftedLayer = Readonly<Record<string, Crafted | string | { readonly link: string }>>;

export const rpath = (folders: string): string[] => [`-Wl,-rpath,${folders}`, "-Wl,--disable-new-dtags"];
export const runpath = (folders: string): string[] => [`-Wl,-rpath,${folders}`, "-Wl,--enable-new-dtags"];

/** Writes a layer into a folder and gives it as a tree. */
export function craftLayer(layer: CraftedLayer, folder: string): ReadonlyMap<string, Entry> {
  const entries = Object.entries(layer).map(([path, content]): [string, Entry] => {
    const source = join(folder, path);
    mkdirSync(dirname(source), { recursive: true });
    if (typeof content === "object" && "link" in content) {
      symlinkSync(content.link, source);
      return [path, { kind: "link", path, target: content.link }];
    }
    const bytes = typeof content === "string" ? Buffer.from(content) : craft(content);
    writeFileSync(source, bytes);
    chmodSync(source, 0o755);
    return [path, { kind: "file", path, source, size: bytes.length, mode: 0o755 }];
  });
  return new Map(entries);
}

function craft(elf: Crafted): Buffer {
  const work = mkdtempSync(join(tmpdir(), "nativedeps-craft-"));
  try {
    const stubs = Object.entries(elf.needs ?? {}).map(([soname, defines], i) => {
      compile(work, `stub${i}`, { soname, defines, flags: (elf.flags ?? []).filter((flag) => flag === "-m32") });
      return `stub${i}`;
    });
    compile(work, "out", elf, stubs);
    if (elf.unneeded !== undefined) execFileSync("patchelf", ["--remove-needed", elf.unneeded, join(work, "out")]);
    const bytes = readFileSync(join(work, "out"));
    return elf.patch?.(bytes) ?? bytes;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Links against stubs that have what is needed, so that neither the machine's libraries nor their versions matter. */
function compile(work: string, out: string, elf: Crafted, stubs: readonly string[] = []): void {
  const taken = Object.values(elf.needs ?? {}).flat();
  const defined = elf.defines ?? [];
  const code = [
    ...taken.map((symbol, i) => `${declared(symbol)} int use${i}(void) { return ${nameOf(symbol)}(); }`),
    ...defined.map((symbol) => `int ${nameOf(symbol)}(void) { return 1; }`),
    // exit(0), as the kernel has it.
    ...(elf.program ? ['void _start(void) { __asm__ volatile("syscall" : : "a"(60), "D"(0)); }'] : []),
  ];
  const versions = defined.filter((symbol) => symbol.includes("@"));
  writeFileSync(join(work, `${out}.c`), code.join("\n"));
  writeFileSync(join(work, `${out}.map`), versions.map((s) => `${versionOf(s)} { ${nameOf(s)}; };`).join("\n"));
  execFileSync(
    "gcc",
    [
      ...["-nostdlib", "-fno-builtin", "-fPIC", "-o", out, ...(elf.program ? ["-pie"] : ["-shared"])],
      ...[`${out}.c`, "-Wl,--no-as-needed", ...stubs],
      ...(elf.soname === undefined ? [] : [`-Wl,-soname,${elf.soname}`]),
      ...(versions.length === 0 ? [] : [`-Wl,--version-script,${out}.map`]),
      ...(elf.flags ?? []),
    ],
    { cwd: work },
  );
}

const nameOf = (symbol: string): string => symbol.split("@")[0] as string;
const versionOf = (symbol: string): string => symbol.replace("?", "").split("@")[1] as string;
const declared = (symbol: string): string =>
  `int ${nameOf(symbol)}(void)${symbol.endsWith("?") ? " __attribute__((weak))" : ""};`;

/** Marks a version that is needed as weak. */
export const weak =
  (version: string) =>
  (bytes: Buffer): Buffer => {
    const record = Buffer.alloc(6);
    record.writeUInt32LE(elfHash(version), 0);
    const at = bytes.indexOf(record);
    if (at < 0 || bytes.indexOf(record, at + 1) >= 0) throw new Error(`${version} is not needed exactly once`);
    bytes.writeUInt16LE(2, at + 4);
    return bytes;
  };

/** The hash by which the loader compares versions first. Source: ELF specification, "Hash Table". */
function elfHash(name: string): number {
  let hash = 0;
  for (const byte of Buffer.from(name)) {
    hash = ((hash << 4) + byte) >>> 0;
    const high = hash & 0xf0000000;
    hash = ((hash ^ (high >>> 24)) & ~high) >>> 0;
  }
  return hash;
}

export const otherMachine = (bytes: Buffer): Buffer => {
  bytes.writeUInt16LE(183, 18);
  return bytes;
};

/** The first bytes alone, as after a full disk. */
export const cutTo =
  (part: number) =>
  (bytes: Buffer): Buffer =>
    bytes.subarray(0, Math.floor(bytes.length * part));

/** Ends a string of the file where it begins. */
export const emptied =
  (text: string) =>
  (bytes: Buffer): Buffer => {
    bytes[bytes.indexOf(`\0${text}\0`) + 1] = 0;
    return bytes;
  };

/** Of a layer's file on Lambda. */
export const inOpt = (path: string): string => posix.join("/opt", path);
