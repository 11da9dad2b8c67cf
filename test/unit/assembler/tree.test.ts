import { expect, test } from "vitest";
import { type Entry, foldersOf, inByteOrder } from "../../../src/assembler/tree.ts";

const links = (...paths: string[]) =>
  new Map(paths.map((path): [string, Entry] => [path, { kind: "link", path, target: "x" }]));

test("folders come before what is in them, each once", () => {
  expect(foldersOf(links("e", "a/d", "a/b/c", "a/b/d"))).toEqual(["a", "a/b"]);
});

test("the order is that of the bytes, whatever the locale", () => {
  const paths = inByteOrder(links("é", "a", "Z", "\u{1f600}", "\uffee").values()).map(({ path }) => path);
  expect(paths).toEqual(["Z", "a", "é", "\uffee", "\u{1f600}"]);
});
