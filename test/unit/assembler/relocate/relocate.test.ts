import { describe, expect, test } from "vitest";
import { collect } from "../../../../src/assembler/collect/collect.ts";
import { configuredLibraryFolders } from "../../../../src/assembler/collect/library-folders.ts";
import { layeredRoot, overlayChange } from "../../../../src/assembler/collect/overlay.ts";
import { relocate } from "../../../../src/assembler/relocate/relocate.ts";
import { linkTo, tempRoot } from "../temp-root.ts";

type Files = Parameters<typeof tempRoot>[0];

function relocated(installed: Files, image: Files = {}) {
  const [upper, lower] = [tempRoot(installed), tempRoot(image)];
  const [base, all] = [layeredRoot([lower]), layeredRoot([upper, lower])];
  const libraryFolders = new Set(configuredLibraryFolders(all).map((folder) => folder.slice(1)));
  const { tree, warnings, folders } = relocate(collect(overlayChange({ upper, lower: [lower] })), {
    base,
    installed: all,
    libraryFolders,
  });
  const shown = Object.fromEntries(
    [...tree.values()].map((entry) => [entry.path, entry.kind === "link" ? `-> ${entry.target}` : "file"]),
  );
  return { shown, warnings, folders };
}

describe("relocation", () => {
  test("gives each folder its place below /opt", () => {
    const { shown } = relocated({
      "usr/lib64/liba.so.1": "a",
      "usr/lib64/mariadb/plugin/p.so": "p",
      "usr/lib/b/c": "c",
      "usr/bin/d": "d",
      "usr/sbin/e": "e",
      "usr/libexec/f/g": "g",
      "usr/share/h": "h",
      "etc/i/j": "j",
      "opt/k/l": "l",
      "usr/local/lib/m.so": "m",
    });
    expect(Object.keys(shown).sort()).toEqual([
      "bin/d",
      "bin/e",
      "etc/i/j",
      "k/l",
      "lib/b/c",
      "lib/liba.so.1",
      "lib/m.so",
      "lib/mariadb/plugin/p.so",
      "libexec/f/g",
      "share/h",
    ]);
  });

  test("lays the libraries of ld.so.conf folders flat, their plugin folders not", () => {
    const { shown, folders } = relocated({
      "etc/ld.so.conf": "include ld.so.conf.d/*.conf\n",
      "etc/ld.so.conf.d/mysql.conf": "/usr/lib64/mysql # the client\n",
      "usr/lib64/mysql/libmysqlclient.so.18": "x",
      "usr/lib64/mysql/plugin/auth.so": "y",
    });
    expect(shown).toEqual({ "lib/libmysqlclient.so.18": "file", "lib/mysql/plugin/auth.so": "file" });
    expect(folders.get("usr/lib64/mysql/plugin")).toBe("lib/mysql/plugin");
  });

  test("keeps links links, with targets that hold below /opt", () => {
    const { shown } = relocated(
      {
        "usr/lib64/libx.so.1": linkTo("libx.so.1.2"),
        "usr/lib64/libx.so.1.2": "x",
        "usr/bin/tool": linkTo("/etc/alternatives/tool"),
        "etc/alternatives/tool": linkTo("/usr/libexec/tool-2"),
        "usr/libexec/tool-2": "t",
        "usr/lib64/tools": linkTo("../libexec"),
        "usr/lib64/libz.so": linkTo("libz.so.1"),
        "usr/bin/shell": linkTo("/bin/sh"),
      },
      { "usr/lib64/libz.so.1": "z", bin: linkTo("usr/bin"), "usr/bin/sh": "s" },
    );
    expect(shown).toEqual({
      "lib/libx.so.1": "-> libx.so.1.2",
      "lib/libx.so.1.2": "file",
      "bin/tool": "-> ../etc/alternatives/tool",
      "etc/alternatives/tool": "-> ../../libexec/tool-2",
      "libexec/tool-2": "file",
      "lib/tools": "-> ../libexec",
      "lib/libz.so": "-> /usr/lib64/libz.so.1",
      "bin/shell": "-> /usr/bin/sh",
    });
  });

  test("leaves out links that lead nowhere, and says so", () => {
    const { shown, warnings } = relocated({ "usr/lib64/a.so": linkTo("gone.so"), "usr/bin/b": "b" });
    expect(shown).toEqual({ "bin/b": "file" });
    expect(warnings).toEqual(["/usr/lib64/a.so is a link to gone.so, which does not exist: left out"]);
  });

  test("says so once for a folder", () => {
    const links = { "usr/lib64/a.so": linkTo("gone"), "usr/lib64/b.so": linkTo("gone"), "usr/bin/c": linkTo("gone") };
    const said = relocated({ ...links, "usr/bin/b": "b" }).warnings.toSorted();
    expect(said).toEqual([
      "/usr/bin/c is a link to gone, which does not exist: left out",
      "/usr/lib64/a.so is a link to gone, which does not exist: left out, and 1 more of its folder",
    ]);
  });

  test("two equal files may share a place, a link and its target too", () => {
    const { shown } = relocated({
      "usr/bin/a": "a",
      "usr/sbin/a": "a",
      "usr/bin/b": "b",
      "usr/sbin/b": linkTo("../bin/b"),
    });
    expect(shown).toEqual({ "bin/a": "file", "bin/b": "file" });
  });

  test("two different files may not", () => {
    expect(() => relocated({ "usr/bin/a": "1", "usr/sbin/a": "2" })).toThrow("/opt/bin/a: two different files");
  });

  test("nor a file and a folder", () => {
    expect(() => relocated({ "usr/bin/a": "1", "usr/sbin/a/b": "2" })).toThrow("/opt/bin/a: two different files");
  });
});
