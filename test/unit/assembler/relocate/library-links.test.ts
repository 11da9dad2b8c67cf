import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { layeredRoot } from "../../../../src/assembler/collect/overlay.ts";
import { requestedLinks, runpathLinks } from "../../../../src/assembler/relocate/library-links.ts";
import type { Entry } from "../../../../src/assembler/tree.ts";
import { tempRoot } from "../temp-root.ts";

const CC = "/usr/bin/cc";

const file = (path: string, source = ""): [string, Entry] => [
  path,
  { kind: "file", path, source, size: 1, mode: 0o755 },
];

describe("libX.so", () => {
  const links = (...paths: string[]) =>
    requestedLinks(new Map(paths.map((path) => file(path))), () => true).map(({ path, target }) => [path, target]);

  test("leads to the one library that is meant", () => {
    expect(links("lib/libjq.so.1", "lib/libjq.so.1.0.4", "lib/libpq.so.5")).toEqual([
      ["lib/libjq.so", "libjq.so.1"],
      ["lib/libpq.so", "libpq.so.5"],
    ]);
  });

  test("is not made over a file, for two, in a plugin folder, or for what is no library", () => {
    expect(
      links("lib/liba.so", "lib/liba.so.1", "lib/libb.so.1", "lib/libb.so.2", "lib/p/libc.so.1", "lib/d.so.1"),
    ).toEqual([]);
  });

  test("is made for packages that were asked for alone", () => {
    const tree = new Map([file("lib/liba.so.1"), file("lib/libb.so.1")]);
    expect(requestedLinks(tree, (path) => path.includes("libb")).map(({ path }) => path)).toEqual(["lib/libb.so"]);
  });
});

describe.skipIf(!existsSync(CC))("a library found by RUNPATH or RPATH", () => {
  /** Something that needs libn.so and looks for it in a folder. */
  function user(runpath: string): Buffer {
    const folder = tempRoot({ "n.c": "int n(void) { return 1; }", "u.c": "int n(void); int u(void) { return n(); }" });
    const cc = (...args: string[]) => execFileSync(CC, ["-shared", "-nostdlib", ...args], { cwd: folder });
    cc("-o", "libn.so", "n.c", "-Wl,-soname,libn.so");
    cc("-o", "u.so", "u.c", "-L.", "-ln", `-Wl,-rpath,${runpath}`);
    return readFileSync(join(folder, "u.so"));
  }

  /** The links for a user at one place that found the library at another, both moved as said. */
  function links(runpath: string, moves: Record<string, string>, rewritten = runpath) {
    const paths = Object.keys(moves);
    const host = tempRoot({
      original: user(runpath),
      now: user(rewritten),
      ...Object.fromEntries(paths.map((path) => [path, ""])),
    });
    const tree = (source: string) =>
      new Map(
        Object.values(moves).map((path) =>
          file(path, join(host, path.includes("libn") ? (paths[1] as string) : source)),
        ),
      );
    const moved = new Map(Object.entries(moves));
    const found = runpathLinks({ before: tree("original"), after: tree("now"), moved, installed: layeredRoot([host]) });
    return found.map(({ path, target }) => [path, target]);
  }

  test("is still found where the path was rewritten", () => {
    const moves = { "usr/bin/u": "bin/u", "usr/lib64/own/libn.so": "lib/own/libn.so" };
    expect(links("/usr/lib64/own", moves, "/opt/lib///own")).toEqual([]);
  });

  test("gets a link in lib where it was not", () => {
    const moves = { "usr/bin/u": "bin/u", "usr/lib64/own/libn.so": "lib/own/libn.so" };
    expect(links("/usr/lib64/own", moves)).toEqual([["lib/libn.so", "own/libn.so"]]);
  });

  test("is found from $ORIGIN, or gets a link where the way from there is another now", () => {
    expect(links("$ORIGIN/own", { "usr/lib64/u": "lib/u", "usr/lib64/own/libn.so": "lib/own/libn.so" })).toEqual([]);
    expect(
      links("${ORIGIN}/../lib64/own", { "usr/bin/u": "bin/u", "usr/lib64/own/libn.so": "lib/own/libn.so" }),
    ).toEqual([["lib/libn.so", "own/libn.so"]]);
  });

  test("gets no link that it has no use for, and none where something is", () => {
    expect(
      links("/usr/lib64/own", { "usr/bin/u": "bin/u", "usr/lib64/elsewhere/libn.so": "lib/elsewhere/libn.so" }),
    ).toEqual([]);
    expect(links("/usr/lib64/own", { "usr/bin/u": "bin/u", "usr/lib64/own/libn.so": "lib/libn.so" })).toEqual([]);
  });
});
