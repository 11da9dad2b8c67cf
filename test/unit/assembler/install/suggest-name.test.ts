import { expect, test } from "vitest";
import { suggestNames } from "../../../../src/assembler/install/suggest-name.ts";

const REPOSITORY = ["libpq", "ImageMagick", "postgresql15", "postgresql16", "postgresql15-devel", "graphviz", "gd"];

test.each([
  ["a name of old, which NativeDeps translates", "mysql-lib", ["mysql-libs"]],
  ["what a name of old stands for", "postgresql-libs", ["libpq"]],
  ["a version that no build has", "graphviz-99.1-1", ["graphviz"]],
  ["another case", "imagemagick", ["ImageMagick"]],
  ["a slip", "graphvis", ["graphviz"]],
  ["a short name with one slip", "gf", ["gd"]],
  ["a name that goes on, without packages for compiling", "postgresql", ["postgresql15", "postgresql16"]],
  ["nothing like it", "nonesuch", []],
  ["a short name with two slips", "xy", []],
])("%s", (_name, asked, meant) => {
  expect(suggestNames(asked, "al2023", REPOSITORY)).toEqual(meant);
});

test("too many longer names say nothing, and at most three are told", () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => `perl-Module-${"x".repeat(i)}`);
  expect(suggestNames("perl-Mod", "al2023", many(11))).toEqual([]);
  expect(suggestNames("perl-Mod", "al2023", many(10))).toHaveLength(3);
});
