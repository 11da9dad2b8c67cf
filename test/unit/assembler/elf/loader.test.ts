import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { layeredRoot } from "../../../../src/assembler/collect/overlay.ts";
import { type Loader, lambdaLoader, type ProcessObject } from "../../../../src/assembler/elf/loader.ts";
import type { Entry } from "../../../../src/assembler/tree.ts";
import { linkTo, tempRoot } from "../temp-root.ts";

const CC = "/usr/bin/cc";
const arch = process.arch === "arm64" ? "arm64" : "x86_64";

/** A shared library, as small as the compiler makes it. */
function library(flags: string[] = []): Buffer {
  const out = join(tempRoot({ "a.c": "int a(void) { return 1; }" }), "a.so");
  execFileSync(CC, ["-shared", "-nostdlib", "-o", out, join(out, "..", "a.c"), ...flags]);
  return readFileSync(out);
}

/** Paths of what the loader takes; the file that it gives up at by itself. */
const pathsOf = (found: ReturnType<Loader["resolve"]>): string[] =>
  "broken" in found ? [`gives up at ${found.broken}`] : found.map(({ path }) => path);

function find(image: Parameters<typeof tempRoot>[0], layer: Record<string, Buffer>, flags: string[] = []) {
  const host = tempRoot({ ...layer, "lib/user.so": library(flags) });
  const paths = ["lib/user.so", ...Object.keys(layer)];
  const entries = paths.map((path): [string, Entry] => [
    path,
    { kind: "file", path, source: join(host, path), size: 1, mode: 0o755 },
  ]);
  const loader = lambdaLoader(layeredRoot([tempRoot(image)]), new Map(entries), arch);
  const user = loader.elfAt("/opt/lib/user.so");
  if (user === undefined) throw new Error("the user cannot be read");
  return pathsOf(loader.resolve(user, "libn.so"))[0];
}

describe.skipIf(!existsSync(CC))("libraries as a function's loader finds them", () => {
  const lib = existsSync(CC) ? library() : Buffer.alloc(0);

  test("the runtime's own come first, then the system's, then the layer's", () => {
    const image = { "var/lang/lib/libn.so": lib, "usr/lib64/libn.so": lib, lib64: linkTo("usr/lib64") };
    expect(find(image, { "lib/libn.so": lib })).toBe("/var/lang/lib/libn.so");
    expect(find({ "usr/lib64/libn.so": lib, lib64: linkTo("usr/lib64") }, { "lib/libn.so": lib })).toBe(
      "/lib64/libn.so",
    );
    expect(find({}, { "lib/libn.so": lib })).toBe("/opt/lib/libn.so");
  });

  test("folders of ld.so.conf come after the layer", () => {
    const image = { "etc/ld.so.conf": "/usr/lib/multi\n", "usr/lib/multi/libn.so": lib };
    expect(find(image, { "lib/libn.so": lib })).toBe("/opt/lib/libn.so");
    expect(find(image, {})).toBe("/usr/lib/multi/libn.so");
  });

  test("links of the layer are followed, within it and into the image", () => {
    const host = tempRoot({ "libn.so.1": lib, user: library() });
    const file = (path: string, source: string): [string, Entry] => [
      path,
      { kind: "file", path, source: join(host, source), size: 1, mode: 0o755 },
    ];
    const link = (path: string, target: string): [string, Entry] => [path, { kind: "link", path, target }];
    const layer = new Map([
      file("lib/user.so", "user"),
      file("lib/deep/libn.so.1", "libn.so.1"),
      link("lib/d", "deep"),
      link("lib/libn.so", "d/libn.so.1"),
      link("lib/libz.so", "/usr/lib64/libz.so.1"),
      link("lib/libloop.so", "libloop.so"),
      link("lib/libout.so", "../../../../../../etc/hostname"),
    ]);
    const loader = lambdaLoader(layeredRoot([tempRoot({ "usr/lib64/libz.so.1": lib })]), layer, arch);
    const user = loader.elfAt("/opt/lib/user.so");
    if (user === undefined) throw new Error("the user cannot be read");
    const found = ["libn.so", "libz.so", "libloop.so", "libout.so"].map(
      (name) => pathsOf(loader.resolve(user, name))[0],
    );
    expect(found).toEqual(["/opt/lib/libn.so", "/opt/lib/libz.so", undefined, undefined]);
  });

  test("a name with a slash is a path", () => {
    const loader = lambdaLoader(layeredRoot([tempRoot({ "own/libn.so": lib })]), new Map(), arch);
    const user = loader.elfAt("/own/libn.so");
    if (user === undefined) throw new Error("the user cannot be read");
    expect(pathsOf(loader.resolve(user, "/own/libn.so"))).toEqual(["/own/libn.so"]);
    expect(pathsOf(loader.resolve(user, "/lib64/libn.so"))).toEqual([]);
    expect(loader.elfAt("/lib64/libn.so")).toBeUndefined();
  });

  test("sub-folders of the layer's lib are not searched", () => {
    expect(find({}, { "lib/sub/libn.so": lib })).toBeUndefined();
  });

  test("RPATH wins over the search path, RUNPATH loses to it", () => {
    const image = { "usr/lib64/libn.so": lib };
    const layer = { "lib/own/libn.so": lib };
    const path = "-Wl,-rpath,$ORIGIN/own";
    expect(find(image, layer, [path, "-Wl,--disable-new-dtags"])).toBe("/opt/lib/own/libn.so");
    expect(find(image, layer, [path, "-Wl,--enable-new-dtags"])).toBe("/usr/lib64/libn.so");
    expect(find({}, layer, [path, "-Wl,--enable-new-dtags"])).toBe("/opt/lib/own/libn.so");
  });

  test("RPATH does not count where there is a RUNPATH", () => {
    const host = tempRoot({ a: lib, user: library() });
    const layer = new Map<string, Entry>(
      ["one/libn.so", "two/libn.so", "lib/user.so"].map((path) => [
        path,
        { kind: "file", path, source: join(host, path.endsWith("n.so") ? "a" : "user"), size: 1, mode: 0o755 },
      ]),
    );
    const loader = lambdaLoader(layeredRoot([tempRoot()]), layer, arch);
    const user = loader.elfAt("/opt/lib/user.so");
    if (user === undefined) throw new Error("the user cannot be read");
    const elf = { ...user.elf, rpath: ["/opt/one"], runpath: ["/opt/two"] };
    expect(pathsOf(loader.resolve({ ...user, elf }, "libn.so"))[0]).toBe("/opt/two/libn.so");
  });

  test("RPATH of who had it loaded counts, too, up to the program; RUNPATH does not", () => {
    const host = tempRoot({ lib, user: library() });
    const file = (path: string, source: string): [string, Entry] => [
      path,
      { kind: "file", path, source: join(host, source), size: 1, mode: 0o755 },
    ];
    const layer = new Map([file("own/libn.so", "lib"), file("lib/user.so", "user")]);
    const loader = lambdaLoader(layeredRoot([tempRoot()]), layer, arch);
    const user = loader.elfAt("/opt/lib/user.so");
    if (user === undefined) throw new Error("the user cannot be read");
    const program = { path: "/opt/bin/x", elf: { ...user.elf, rpath: ["$ORIGIN/../own"] } };
    const between = { ...user, loader: program };
    const found = (object: ProcessObject) => pathsOf(loader.resolve(object, "libn.so"))[0];
    expect(found({ ...user, loader: between })).toBe("/opt/own/libn.so");
    expect(found({ ...user, loader: { ...user, elf: { ...user.elf, runpath: ["/opt/own"] } } })).toBeUndefined();
    // An object with a RUNPATH does not look at RPATHs at all.
    expect(found({ ...user, elf: { ...user.elf, runpath: ["/none"] }, loader: program })).toBeUndefined();
  });

  test.skipIf(arch !== "x86_64").each([
    ["is taken by them alone", "GLIBC_2.33", ["v3/", ""]],
    ["is nothing to a loader before glibc 2.33", "GLIBC_2.32", [""]],
  ])("a copy for able processors %s", (_name, version, taken) => {
    const map = join(tempRoot({ map: `${version} { a; };` }), "map");
    const image = { "lib64/libc.so.6": library([`-Wl,--version-script,${map}`]) };
    const host = tempRoot({ lib, user: library() });
    const paths = ["lib/glibc-hwcaps/x86-64-v3/libn.so", "lib/glibc-hwcaps/x86-64-v9/libn.so", "lib/libn.so"];
    const layer = new Map<string, Entry>(
      ["lib/user.so", ...paths].map((path) => [
        path,
        { kind: "file", path, source: join(host, path.endsWith("n.so") ? "lib" : "user"), size: 1, mode: 0o755 },
      ]),
    );
    const loader = lambdaLoader(layeredRoot([tempRoot(image)]), layer, arch);
    const user = loader.elfAt("/opt/lib/user.so");
    if (user === undefined) throw new Error("the user cannot be read");
    expect(pathsOf(loader.resolve(user, "libn.so"))).toEqual(
      taken.map((part) => (part === "" ? "/opt/lib/libn.so" : `/opt/lib/glibc-hwcaps/x86-64-${part}libn.so`)),
    );
  });

  test("what is made for another machine it passes over", () => {
    const [other, narrow] = [Buffer.from(lib), Buffer.from(lib)];
    other.writeUInt16LE(243, 18);
    narrow[4] = 1;
    const image = { "var/lang/lib/libn.so": narrow, "usr/lib64/libn.so": other };
    expect(find(image, { "lib/libn.so": lib })).toBe("/opt/lib/libn.so");
  });

  test.each([
    ["a text", Buffer.from("GROUP ( libn.so.1 )".padEnd(80))],
    ["nothing", Buffer.alloc(0)],
    ["a library that is cut off", lib.subarray(0, 70)],
  ])("at %s it gives up", (_name, content) => {
    const image = { "var/lang/lib/libn.so": content };
    expect(find(image, { "lib/libn.so": lib })).toBe("gives up at /var/lang/lib/libn.so");
  });

  test("what cannot be read at all is nobody's fault but the machine's", () => {
    const host = tempRoot({ user: library() });
    const entry = (path: string, source: string): [string, Entry] => [
      path,
      { kind: "file", path, source: join(host, source), size: 1, mode: 0o755 },
    ];
    const layer = new Map([entry("lib/user.so", "user"), entry("lib/libn.so", "gone")]);
    const loader = lambdaLoader(layeredRoot([tempRoot()]), layer, arch);
    const user = loader.elfAt("/opt/lib/user.so");
    if (user === undefined) throw new Error("the user cannot be read");
    expect(() => loader.resolve(user, "libn.so")).toThrow("ENOENT");
  });
});
