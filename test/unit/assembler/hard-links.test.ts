import { linkSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { collect } from "../../../src/assembler/collect/collect.ts";
import { overlayChange } from "../../../src/assembler/collect/overlay.ts";
import { linkNames } from "../../../src/assembler/hard-links.ts";
import { pathIndex } from "../../../src/assembler/relocate/path-index.ts";
import { relocate } from "../../../src/assembler/relocate/relocate.ts";
import { rewriteTree } from "../../../src/assembler/relocate/rewrite-tree.ts";
import { tempRoot } from "./temp-root.ts";

/** The tree of an installation in which some names are of one file. */
function treeOf(files: Readonly<Record<string, string>>, names: Readonly<Record<string, string>>) {
  const upper = tempRoot(files);
  for (const [name, file] of Object.entries(names)) linkSync(join(upper, file), join(upper, name));
  const change = overlayChange({ upper, lower: [tempRoot()] });
  const { base, installed } = change;
  const { tree, moved, folders } = relocate(collect(change), { base, installed, libraryFolders: new Set() });
  return rewriteTree(tree, pathIndex({ base, moved, folders }), tempRoot());
}

const shown = (tree: ReturnType<typeof treeOf>) =>
  Object.fromEntries(
    [...tree.values()].map((entry) => [
      entry.path,
      entry.kind === "link" ? `-> ${entry.target}` : readFileSync(entry.source, "utf8"),
    ]),
  );

describe("names of one file", () => {
  test("become links to the first in their folder, elsewhere files of their own", () => {
    const tree = treeOf(
      { "usr/bin/perl5": "perl", "usr/bin/other": "perl", "usr/libexec/a": "x" },
      { "usr/bin/perl": "usr/bin/perl5", "usr/libexec/perl": "usr/bin/perl5" },
    );
    expect(shown(linkNames(tree))).toEqual({
      "bin/other": "perl",
      "bin/perl": "perl",
      "bin/perl5": "-> perl",
      "libexec/a": "x",
      "libexec/perl": "perl",
    });
  });

  test("are still known as such after their paths were rewritten", () => {
    const tree = treeOf({ "usr/share/app/a": "reads /usr/share/app/a" }, { "usr/share/app/b": "usr/share/app/a" });
    const [a, b] = Object.values(shown(linkNames(tree)));
    expect(a).toContain("/opt/");
    expect(b).toBe("-> a");
  });
});
