import { describe, expect, test } from "vitest";
import { checkClosure } from "../../../src/assembler/closure.ts";
import type { ElfFile } from "../../../src/assembler/elf.ts";
import type { LoadedElf, Loader } from "../../../src/assembler/loader.ts";
import type { Entry } from "../../../src/assembler/tree.ts";
import type { RuntimeLayerSpec } from "../../../src/packages/layer-spec.ts";

const SPEC = { runtime: "ruby3.3", arch: "x86_64" } as RuntimeLayerSpec;
const elf = (facts: Partial<ElfFile>): ElfFile => ({
  machine: "x86_64",
  needed: [],
  rpath: [],
  runpath: [],
  versionNeeds: [],
  versionsDefined: [],
  ...facts,
});

/** A loader that finds libraries by name alone. */
function check(layer: Record<string, ElfFile>, found: Record<string, LoadedElf> = {}): string[] {
  const tree = new Map<string, Entry>(
    Object.keys(layer).map((path) => [path, { kind: "file", path, source: "", size: 1, mode: 0o755 }]),
  );
  const loader: Loader = {
    elfAt: (path) => ({ path, elf: layer[path.slice("/opt/".length)] as ElfFile }),
    resolve: (_user, needed) => found[needed],
  };
  return checkClosure(tree, loader, SPEC);
}

describe("the closure", () => {
  test("is complete if every library is found with every version", () => {
    const user = elf({ needed: ["libc.so.6"], versionNeeds: [{ library: "libc.so.6", versions: ["GLIBC_2.34"] }] });
    const libc = { path: "/lib64/libc.so.6", elf: elf({ versionsDefined: ["libc.so.6", "GLIBC_2.34"] }) };
    expect(check({ "lib/libx.so.1": user }, { "libc.so.6": libc })).toEqual([]);
  });

  test("a library that nobody has is named with its user", () => {
    expect(() => check({ "lib/libpq.so.5": elf({ needed: ["libldap.so.2"] }) })).toThrow(
      'Packages.Runtime: on ruby3.3, /opt/lib/libpq.so.5 needs libldap.so.2, which neither the layer nor Lambda has: add the package that `dnf provides "libldap.so.2()(64bit)"` names',
    );
  });

  test("a missing version is named with the copy that wins and its newest", () => {
    const user = elf({ needed: ["libc.so.6"], versionNeeds: [{ library: "libc.so.6", versions: ["GLIBC_2.38"] }] });
    const libc = {
      path: "/lib64/libc.so.6",
      elf: elf({ versionsDefined: ["GLIBC_2.4", "GLIBC_2.34", "GLIBC_PRIVATE"] }),
    };
    expect(() => check({ "bin/x": user }, { "libc.so.6": libc })).toThrow(
      "/opt/bin/x needs GLIBC_2.38 of libc.so.6, but /lib64/libc.so.6, which the loader takes, has none newer than GLIBC_2.34",
    );
  });

  test("a library without any versions will do, as for the loader", () => {
    const user = elf({ needed: ["libz.so.1"], versionNeeds: [{ library: "libz.so.1", versions: ["ZLIB_1.2"] }] });
    expect(check({ "bin/x": user }, { "libz.so.1": { path: "/lib64/libz.so.1", elf: elf({}) } })).toEqual([]);
  });

  test("a file for another machine is told of and not judged", () => {
    expect(check({ "lib/fw.so": elf({ machine: "arm64", needed: ["gone.so"] }) })).toEqual([
      "/opt/lib/fw.so is made for another machine than x86_64",
    ]);
  });
});
