import { describe, expect, test } from "vitest";
import { checkClosure } from "../../../../src/assembler/elf/closure.ts";
import type { ElfFile } from "../../../../src/assembler/elf/elf.ts";
import { DamagedElf } from "../../../../src/assembler/elf/elf-source.ts";
import type { BrokenFile, LoadedElf, Loader } from "../../../../src/assembler/elf/loader.ts";
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
function check(
  layer: Record<string, ElfFile>,
  found: Record<string, LoadedElf | BrokenFile> = {},
  images: readonly string[] = [],
): string[] {
  const tree = new Map<string, Entry>(
    Object.keys(layer).map((path) => [path, { kind: "file", path, source: "", size: 1, mode: 0o755 }]),
  );
  const loader: Loader = {
    elfAt: (path) => ({ path, elf: layer[path.slice("/opt/".length)] as ElfFile }),
    resolve: (_user, needed) => {
      const answer = found[needed] ?? [];
      return "elf" in answer ? [answer] : answer;
    },
  };
  return checkClosure({ layer: tree, loader, spec: SPEC, isImages: (path) => images.includes(path) });
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

  test("a file at which the loader gives up is named", () => {
    const found = { "libn.so": { broken: "/opt/lib/libn.so" } };
    expect(() => check({ "bin/x": elf({ needed: ["libn.so"] }) }, found)).toThrow(
      "on ruby3.3, /opt/bin/x needs libn.so, but the loader gives up at /opt/lib/libn.so, which is no library or a damaged one: leave that file out with Drop",
    );
  });

  test("a version of which the copy has no relative is lacking altogether", () => {
    const user = elf({ needed: ["libn.so"], versionNeeds: [{ library: "libn.so", versions: ["N_2"] }] });
    const found = { "libn.so": { path: "/lib64/libn.so", elf: elf({ versionsDefined: ["libn.so", "M_1"] }) } };
    expect(() => check({ "bin/x": user }, found)).toThrow("but /lib64/libn.so, which the loader takes, lacks it: ask");
  });

  test("of many gaps five are told, and how many more there are", () => {
    const needed = [1, 2, 3, 4, 5, 6, 7].map((n) => `libn${n}.so`);
    expect(() => check({ "bin/x": elf({ needed }) })).toThrow(/libn5\.so, which [^;]*, and 2 more: add/);
  });

  test("a link is judged where it leads, not twice", () => {
    const layer = new Map<string, Entry>([["bin/x", { kind: "link", path: "bin/x", target: "y" }]]);
    const loader: Loader = { elfAt: (path) => ({ path, elf: elf({ needed: ["libgone.so"] }) }), resolve: () => [] };
    expect(checkClosure({ layer, loader, spec: SPEC, isImages: () => false })).toEqual([]);
  });

  test("a damaged file is told of; what cannot be read at all is a failure", () => {
    const layer = new Map<string, Entry>([
      ["lib/x", { kind: "file", path: "lib/x", source: "", size: 1, mode: 0o755 }],
    ]);
    const failing = (failure: Error) => () => {
      const elfAt = (): never => {
        throw failure;
      };
      return checkClosure({ layer, loader: { elfAt, resolve: () => [] }, spec: SPEC, isImages: () => false });
    };
    expect(failing(new DamagedElf("it ends too early"))()).toEqual([
      "/opt/lib/x is a damaged ELF file (it ends too early): left as it is",
    ]);
    expect(failing(new Error("no disk"))).toThrow("no disk");
  });

  describe("a library in a folder of its own", () => {
    const own = elf({ needed: ["libn.so"], versionNeeds: [{ library: "libn.so", versions: ["V_2"] }] });
    const [old, young] = [elf({ versionsDefined: ["V_1"] }), elf({ versionsDefined: ["V_2"] })];
    /** The program's RPATH leads to the newer copy, which the library by itself does not find. */
    const check = (path: string, byProgram: ElfFile): string[] => {
      const at: Record<string, ElfFile> = { "bin/x": elf({ needed: ["libown.so"] }), [path]: own };
      const tree = new Map<string, Entry>(
        Object.keys(at).map((path) => [path, { kind: "file", path, source: "", size: 1, mode: 0o755 }]),
      );
      const loader: Loader = {
        elfAt: (path) => ({ path, elf: at[path.slice("/opt/".length)] as ElfFile }),
        resolve: (user, needed) => {
          if (needed === "libown.so") return [{ path: `/opt/${path}`, elf: own }];
          return [{ path: "/opt/n", elf: user.loader === undefined ? old : byProgram }];
        },
      };
      return checkClosure({ layer: tree, loader, spec: SPEC, isImages: () => false });
    };

    test("is judged by what loads it", () => {
      expect(check("lib/app/libown.so", young)).toEqual([]);
      expect(() => check("lib/app/libown.so", old)).toThrow("needs V_2 of libn.so");
    });

    test("is judged by itself where everyone may load it", () => {
      expect(() => check("lib/libown.so", young)).toThrow("needs V_2 of libn.so");
    });
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

  describe("a file for another machine", () => {
    const other = elf({ machine: "arm64", needed: ["gone.so"] });

    test("is refused where it would be loaded or run", () => {
      const told = "is made for arm64, and the function runs on x86_64: ask for the package of that architecture";
      expect(() => check({ "lib/libx.so": other })).toThrow(`on ruby3.3, /opt/lib/libx.so ${told}`);
      expect(() => check({ "bin/x": other })).toThrow(`on ruby3.3, /opt/bin/x ${told}`);
      expect(() => check({ "bin/x": elf({ machine: "other" }) })).toThrow("is made for another machine, and");
    });

    test("is told of and not judged elsewhere", () => {
      expect(check({ "share/firmware/fw.so": other })).toEqual([
        "/opt/share/firmware/fw.so is made for another machine than x86_64",
      ]);
    });
  });

  describe("a group that only fits together", () => {
    const user = elf({ needed: ["libssl.so.3"] });
    const ssl = elf({ needed: ["libcrypto.so.3"] });
    const crypto = { path: "/lib64/libcrypto.so.3", elf: elf({}) };

    test("is refused from two sides", () => {
      const layer = { "bin/x": user, "lib/libssl.so.3": ssl };
      const found = { "libssl.so.3": { path: "/opt/lib/libssl.so.3", elf: ssl }, "libcrypto.so.3": crypto };
      expect(() => check(layer, found)).toThrow(
        "on ruby3.3, /opt/bin/x would load OpenSSL from two sides (/opt/lib/libssl.so.3, /lib64/libcrypto.so.3), which do not fit together",
      );
      expect(check(layer, found, ["/opt/lib/libssl.so.3"])).toEqual([]);
    });

    test("is fine from one", () => {
      const found = { "libssl.so.3": { path: "/lib64/libssl.so.3", elf: ssl }, "libcrypto.so.3": crypto };
      expect(check({ "bin/x": user }, found)).toEqual([]);
    });
  });
});
