import { describe, expect, test } from "vitest";
import { checkClosure } from "../../../../src/assembler/elf/closure.ts";
import type { ElfFile } from "../../../../src/assembler/elf/elf.ts";
import type { LoadedElf, Loader } from "../../../../src/assembler/elf/loader.ts";
import type { Entry } from "../../../../src/assembler/tree.ts";
import type { RuntimeLayerSpec } from "../../../../src/packages/layer-spec.ts";

const SPEC = { runtime: "ruby3.3", arch: "x86_64", drop: [] as readonly string[] } as RuntimeLayerSpec;
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

  describe("a library that lies where the loader does not search", () => {
    const jvm = { "lib/jvm/server/libjvm.so": elf({ soname: "libjvm.so" }) };
    const java = elf({ needed: ["libjvm.so"] });

    test("is warned of once, for its program may have loaded it", () => {
      expect(check({ ...jvm, "lib/jvm/libjava.so": java, "lib/jvm/libzip.so": java })).toEqual([
        "/opt/lib/jvm/libjava.so (and 1 more) needs libjvm.so, found only in /opt/lib/jvm/server, which the loader does not search: loaded by its own program first?",
      ]);
    });

    test("is known by the name that it answers to, or by that of its file", () => {
      const user = elf({ needed: ["libx.so.1"] });
      const warning = expect.stringContaining("found only in /opt/lib/app");
      expect(check({ "lib/app/x-1.2": elf({ soname: "libx.so.1" }), "bin/x": user })).toEqual([warning]);
      expect(check({ "lib/app/libx.so.1": elf({}), "bin/x": user })).toEqual([warning]);
    });

    test("is missing if it is made for another machine", () => {
      const other = elf({ machine: "arm64", soname: "libjvm.so" });
      expect(() => check({ "lib/jvm/server/libjvm.so": other, "lib/jvm/libjava.so": java })).toThrow(
        "/opt/lib/jvm/libjava.so needs libjvm.so, which neither the layer nor Lambda has",
      );
    });

    test("is missing if it lies where the loader does search, without the link that names it", () => {
      const user = elf({ needed: ["libx.so.1"] });
      expect(() => check({ "lib/libx.so.1.2": elf({ soname: "libx.so.1" }), "bin/x": user })).toThrow(
        "/opt/bin/x needs libx.so.1, which neither the layer nor Lambda has",
      );
    });

    test("does not hide one that nobody has", () => {
      const user = elf({ needed: ["libjvm.so", "libgone.so"] });
      expect(() => check({ ...jvm, "lib/jvm/libjava.so": user })).toThrow(
        "on ruby3.3, /opt/lib/jvm/libjava.so needs libgone.so, which neither the layer nor Lambda has: add",
      );
    });
  });

  test("a file for another machine is told of and not judged", () => {
    expect(check({ "lib/fw.so": elf({ machine: "arm64", needed: ["gone.so"] }) })).toEqual([
      "/opt/lib/fw.so is made for another machine than x86_64",
    ]);
  });
});
