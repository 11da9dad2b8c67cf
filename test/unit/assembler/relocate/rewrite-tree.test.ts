import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collect } from "../../../../src/assembler/collect/collect.ts";
import { layeredRoot, overlayChange } from "../../../../src/assembler/collect/overlay.ts";
import { pathIndex } from "../../../../src/assembler/relocate/path-index.ts";
import { relocate } from "../../../../src/assembler/relocate/relocate.ts";
import { rewritePaths } from "../../../../src/assembler/relocate/rewrite.ts";
import { rewriteTree } from "../../../../src/assembler/relocate/rewrite-tree.ts";
import { linkTo, tempRoot } from "../temp-root.ts";

type Files = Parameters<typeof tempRoot>[0];
const CC = "/usr/bin/cc";

/** Installs the files over the image, relocates and rewrites them. */
function rewritten(installed: Files, image: Files = {}, piece?: number) {
  const [upper, lower] = [tempRoot(installed), tempRoot(image)];
  const [base, all] = [layeredRoot([lower]), layeredRoot([upper, lower])];
  const { tree, moved, folders } = relocate(collect(overlayChange({ upper, lower: [lower] })), {
    base,
    installed: all,
    libraryFolders: new Set(),
  });
  const index = pathIndex({ base, moved, folders });
  const done = rewriteTree(tree, index, tempRoot(), piece);
  const read = (path: string): string => {
    const entry = done.get(path);
    if (entry === undefined) return "absent";
    return entry.kind === "link" ? `-> ${entry.target}` : readFileSync(entry.source, "latin1");
  };
  return { read, upper, index };
}

describe("rewriting a layer", () => {
  test("leaves alone folders that the image has too, and rewrites the layer's own below them", () => {
    const { read } = rewritten(
      { "usr/share/app/data": "/usr/share /usr/share/app /usr/share/app/new /usr/share/other" },
      { "usr/share/other": "x" },
    );
    expect(read("share/app/data")).toBe("/usr/share /opt/share/app /opt/share/app/new /usr/share/other");
  });

  test("knows the names that merged folders of the image give", () => {
    const image = { lib64: linkTo("usr/lib64"), bin: linkTo("usr/bin"), "usr/lib64/base": "x", "usr/bin/sh": "x" };
    const { read } = rewritten({ "usr/bin/tool": "#!/bin/sh\n/bin/tool /lib64/plug/a", "usr/lib64/plug/a": "" }, image);
    expect(read("bin/tool")).toBe("#!/bin/sh\n/opt/tool /opt///plug/a");
    expect(read("tool")).toBe("-> bin/tool");
    expect(read("plug")).toBe("-> lib/plug");
  });

  test("keeps the image's loader in programs, though a package brought a newer glibc", () => {
    const image = { lib64: linkTo("usr/lib64"), "usr/lib64/ld-linux-x86-64.so.2": "1" };
    const program = "#!/lib64/ld-linux-x86-64.so.2";
    const { read } = rewritten({ "usr/bin/tool": program, "usr/lib64/ld-linux-x86-64.so.2": "2" }, image);
    expect(read("bin/tool")).toBe(program);
  });

  test("never gives a short link a name that Lambda or the layer uses", () => {
    const { read } = rewritten({ "etc/python": "/etc/python", "etc/share/x": "/etc/share/x", "usr/share/y": "" });
    expect(read("etc/python")).toBe("/etc/python");
    expect(read("etc/share/x")).toBe("/etc/share/x");
    expect(read("python")).toBe("absent");
  });

  test("leaves data with zero bytes alone, and the container's own files as they are", () => {
    const { read, upper } = rewritten({
      "usr/share/a/x": "\0/usr/share/a/x",
      "usr/share/a/y": "/usr/share/a/x",
    });
    expect(read("share/a/x")).toBe("\0/usr/share/a/x");
    expect(read("share/a/y")).toBe("/opt/share/a/x");
    expect(readFileSync(join(upper, "usr/share/a/y"), "utf8")).toBe("/usr/share/a/x");
  });

  test("is the same in pieces, which end where strings do", () => {
    const lines = Array.from({ length: 40 }, (_, i) => `${"x".repeat(i % 7)} /usr/share/a/y /usr/share/a/x`);
    const files = { "usr/share/a/x": "", "usr/share/a/y": lines.join("\n") };
    const whole = rewritten(files).read("share/a/y");
    expect(whole).toBe(lines.join("\n").replaceAll("/usr/", "/opt/"));
    for (const piece of [38, 64, 100]) expect(rewritten(files, {}, piece).read("share/a/y")).toBe(whole);
  });

  test("finds a zero byte in any piece", () => {
    const { read } = rewritten({ "usr/a/x": `${"/usr/a/x\n".repeat(20)}\0` }, {}, 16);
    expect(read("a/x")).toContain("/usr/a/x");
  });

  test.skipIf(!existsSync(CC))("a compiled-in plugin folder and RUNPATH of a real library", () => {
    const folder = tempRoot({ "a.c": 'const char *dir(void) { return "/usr/lib64/////////mariadb/plugin"; }' });
    const out = join(folder, "a.so");
    execFileSync(CC, ["-shared", "-nostdlib", "-o", out, join(folder, "a.c"), "-Wl,-rpath,/usr/lib64/mariadb"]);
    const { read } = rewritten({ "usr/lib64/liba.so": readFileSync(out), "usr/lib64/mariadb/plugin/p.so": "p" });
    const library = read("lib/liba.so");
    expect(library).toHaveLength(statSync(out).size);
    expect(library).toContain("\0/opt/lib///////////mariadb/plugin\0");
    expect(library).toContain("\0/opt/lib///mariadb\0");
    expect(library).not.toContain("/usr/lib64");
  });

  test("keeps every length and is done after one pass, whatever the bytes", () => {
    const { index } = rewritten({ "usr/share/a/b": "", "usr/lib64/c/d": "", "etc/e/f": "", "usr/sbin/g": "" });
    const piece = fc.constantFrom(
      "/usr",
      "/share",
      "/lib64",
      "/a",
      "/b",
      "/c",
      "/etc",
      "/e",
      "/f",
      "/sbin/g",
      "/",
      "\0",
      "x",
      ":",
      ".",
      "-L",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join("");
        const content = Buffer.from(text);
        rewritePaths(content, index, () => true);
        const once = content.toString();
        expect(once).toHaveLength(text.length);
        expect(once.replaceAll(/[^\0:]/g, "")).toBe(text.replaceAll(/[^\0:]/g, ""));
        expect(rewritePaths(content, index, () => true)).toBe(0);
      }),
      { numRuns: 3000 },
    );
  });
});
