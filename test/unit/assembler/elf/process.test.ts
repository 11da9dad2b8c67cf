import { expect, test } from "vitest";
import type { ElfFile } from "../../../../src/assembler/elf/elf.ts";
import type { BrokenFile, LoadedElf, Loader, ProcessObject } from "../../../../src/assembler/elf/loader.ts";
import { loadProcess } from "../../../../src/assembler/elf/process.ts";

const at = (path: string, facts: Partial<ElfFile> = {}): LoadedElf => ({
  path,
  elf: { machine: "x86_64", needed: [], rpath: [], runpath: [], versionNeeds: [], versionsDefined: [], ...facts },
});

/** A loader that knows one answer for each name, or for each name that one user needs. */
function loaderOf(found: Record<string, LoadedElf | readonly LoadedElf[] | BrokenFile>) {
  const asked: { user: string; needed: string; loadedBy: string | undefined }[] = [];
  const loader: Loader = {
    elfAt: () => undefined,
    resolve(user: ProcessObject, needed) {
      asked.push({ user: user.path, needed, loadedBy: user.loader?.path });
      const answer = found[needed] ?? [];
      return "elf" in answer ? [answer] : answer;
    },
  };
  return { loader, asked };
}

test("a process is loaded breadth first, and no name twice", () => {
  const [a, b, c] = [
    at("/opt/lib/a", { needed: ["c", "d"] }),
    at("/opt/lib/b", { needed: ["c"] }),
    at("/opt/lib/c", { soname: "c" }),
  ];
  const { loader, asked } = loaderOf({ a, b, c, d: at("/lib64/d", { needed: ["a"] }) });
  const { objects, gaps } = loadProcess(at("/opt/bin/x", { needed: ["a", "b"] }), loader);
  expect(objects.map(({ path }) => path)).toEqual(["/opt/bin/x", "/opt/lib/a", "/opt/lib/b", "/opt/lib/c", "/lib64/d"]);
  expect(gaps).toEqual([]);
  expect(asked).toEqual([
    { user: "/opt/bin/x", needed: "a", loadedBy: undefined },
    { user: "/opt/bin/x", needed: "b", loadedBy: undefined },
    { user: "/opt/lib/a", needed: "c", loadedBy: "/opt/bin/x" },
    { user: "/opt/lib/a", needed: "d", loadedBy: "/opt/bin/x" },
  ]);
});

test("what is loaded already answers to its own name, the root included", () => {
  const { loader, asked } = loaderOf({
    "libb.so": at("/opt/lib/libb.so", { soname: "libb.so.1", needed: ["libb.so.1"] }),
  });
  const root = at("/opt/lib/liba.so.1", { soname: "liba.so.1", needed: ["libb.so", "liba.so.1"] });
  expect(loadProcess(root, loader).objects).toHaveLength(2);
  expect(asked.map(({ needed }) => needed)).toEqual(["libb.so"]);
});

test("the copy that was loaded first must have the versions that later ones need of it", () => {
  const old = at("/var/lang/lib/libz.so.1", { soname: "libz.so.1", versionsDefined: ["Z_1"] });
  const { loader } = loaderOf({
    "libz.so.1": old,
    "libu.so": at("/opt/lib/libu.so", {
      needed: ["libz.so.1"],
      versionNeeds: [{ library: "libz.so.1", versions: ["Z_1", "Z_2"] }],
    }),
  });
  expect(loadProcess(at("/opt/bin/x", { needed: ["libz.so.1", "libu.so"] }), loader).gaps).toEqual([
    {
      ...{ kind: "version", user: "/opt/lib/libu.so", library: "libz.so.1", version: "Z_2" },
      ...{ winner: "/var/lang/lib/libz.so.1", has: ["Z_1"] },
    },
  ]);
});

test("every copy that a processor might get must do", () => {
  const [fast, plain] = [
    at("/opt/lib/glibc-hwcaps/x86-64-v3/libz.so.1", { versionsDefined: ["Z_1"] }),
    at("/opt/lib/libz.so.1", { versionsDefined: ["Z_1", "Z_2"] }),
  ];
  const { loader } = loaderOf({ "libz.so.1": [fast, plain] });
  const root = at("/opt/bin/x", { needed: ["libz.so.1"], versionNeeds: [{ library: "libz.so.1", versions: ["Z_2"] }] });
  const { gaps, objects } = loadProcess(root, loader);
  expect(gaps.map((gap) => gap.kind === "version" && gap.winner)).toEqual([fast.path]);
  expect(objects.map(({ path }) => path)).toEqual(["/opt/bin/x", plain.path]);
});

test("what the image lacks for itself is not told", () => {
  const { loader } = loaderOf({ "libi.so": at("/lib64/libi.so", { needed: ["gone.so"] }) });
  const { gaps } = loadProcess(at("/opt/bin/x", { needed: ["libi.so", "none.so"] }), loader);
  expect(gaps).toEqual([{ kind: "library", user: "/opt/bin/x", library: "none.so" }]);
});

test("a version counts of a library that only another object needs, and not of one that nobody has loaded", () => {
  const versions = ["Z_2"];
  const root = at("/opt/bin/x", {
    needed: ["libm.so"],
    versionNeeds: [
      { library: "libz.so.1", versions },
      { library: "libnobody.so", versions },
    ],
  });
  const { loader } = loaderOf({
    "libm.so": at("/opt/lib/libm.so", { needed: ["libz.so.1"] }),
    "libz.so.1": at("/lib64/libz.so.1", { versionsDefined: ["Z_1"] }),
  });
  expect(loadProcess(root, loader).gaps).toMatchObject([{ user: "/opt/bin/x", library: "libz.so.1", version: "Z_2" }]);
});

test("a file at which the loader gives up is a gap of its own kind", () => {
  const { loader } = loaderOf({ "libz.so.1": { broken: "/opt/own/libz.so.1" } });
  expect(loadProcess(at("/opt/bin/x", { needed: ["libz.so.1"] }), loader).gaps).toEqual([
    { kind: "broken", user: "/opt/bin/x", library: "libz.so.1", path: "/opt/own/libz.so.1" },
  ]);
});
