import { describe, expect, test } from "vitest";
import { checkLimits } from "../../../src/assembler/limits.ts";
import { pruneTree } from "../../../src/assembler/prune.ts";
import { type Entry, inByteOrder } from "../../../src/assembler/tree.ts";

/** Files, or links where a target is given. */
const treeOf = (paths: Record<string, string | number>) =>
  new Map(
    Object.entries(paths).map(([path, value]): [string, Entry] => [
      path,
      typeof value === "string"
        ? { kind: "link", path, target: value }
        : { kind: "file", path, source: "", size: value, mode: 0o644 },
    ]),
  );

const pruned = (paths: Record<string, string | number>, keep: string[] = [], drop: string[] = []) =>
  inByteOrder(pruneTree(treeOf(paths), keep, drop).values()).map((entry) => entry.path);

describe("pruning", () => {
  test("takes out what no function reads", () => {
    expect(
      pruned({
        "share/man/man1/a.1": 1,
        "share/doc/a": 1,
        "include/a.h": 1,
        "lib/liba.a": 1,
        "lib/liba.so": 1,
        "share/docs": 1,
      }),
    ).toEqual(["lib/liba.so", "share/docs"]);
  });

  test("takes out files for linking and caches that depend on dates, but not what plugins are found by", () => {
    expect(
      pruned({
        ...{ "lib/libltdl.la": 1, "lib/ImageMagick-6.9/coders/png.la": 1, "lib/gcc/libgcc.a": 1 },
        ...{ "lib/python3.11/x/__pycache__/a.pyc": 1, "lib/python3.11/x/a.py": 1 },
      }),
    ).toEqual(["lib/ImageMagick-6.9/coders/png.la", "lib/python3.11/x/a.py"]);
  });

  test("Keep saves a folder or a file, Drop removes either, and Drop wins", () => {
    const paths = { "share/doc/a/LICENSE": 1, "share/doc/a/README": 1, "share/b/c": 1, "share/b/d": 1 };
    expect(pruned(paths, ["share/doc/a/LICENSE"], ["share/b/c"])).toEqual(["share/b/d", "share/doc/a/LICENSE"]);
    expect(pruned(paths, ["share/doc"], ["share/doc/a/README", "share/b"])).toEqual(["share/doc/a/LICENSE"]);
  });

  test("links to what was taken out go too, and links to those", () => {
    expect(
      pruned({
        "lib/liba.so": "liba.a",
        "lib/a": "liba.so",
        "lib/liba.a": 1,
        "lib/base": "/usr/lib64/x",
        "lib/docs": "../share/doc",
      }),
    ).toEqual(["lib/base", "lib/docs"]);
  });
});

describe("the limit", () => {
  const owner = (path: string) => (path === "made" ? undefined : path.split("/")[0]);

  test("names the ten largest packages, by size", () => {
    const files = Array.from({ length: 12 }, (_, i): [string, number] => [`p${i}/f`, (i + 1) * 1048576]);
    const tree = treeOf({ ...Object.fromEntries(files), "p0/more": 12 * 1048576, made: 7 * 1048576 });
    expect(() => checkLimits(tree, owner, 70 * 1048576)).toThrow("97.0 MB unzipped, and Lambda takes 70.0 MB");
    expect(() => checkLimits(tree, owner, 70 * 1048576)).toThrow(
      /packages: p0 \(13\.0 MB\), p11 \(12\.0 MB\), .*p6 \(7\.0 MB\), what package scripts made \(7\.0 MB\), p5 \(6\.0 MB\), p4 \(5\.0 MB\): ask/,
    );
  });

  test("may be reached exactly", () => {
    expect(() => checkLimits(treeOf({ a: 60, b: "0123456789" }), owner, 70)).not.toThrow();
    expect(() => checkLimits(treeOf({ a: 61, b: "0123456789" }), owner, 70)).toThrow("unzipped");
  });
});
