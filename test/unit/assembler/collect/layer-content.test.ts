import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { layerContent } from "../../../../src/assembler/collect/layer-content.ts";
import { overlayChange } from "../../../../src/assembler/collect/overlay.ts";
import { BEFORE, LIBPQ, reportOf, type Said } from "../install/said.ts";
import { linkTo, tempRoot } from "../temp-root.ts";

type Files = Parameters<typeof tempRoot>[0];
const CC = "/usr/bin/cc";

/** What is chosen of files that were installed over an image. */
function chosen(installed: Files, image: Files, words: Said, specs = ["libpq"]) {
  const change = overlayChange({ upper: tempRoot(installed), lower: [tempRoot(image)] });
  const { entries, fromImage, warnings, owners, profile } = layerContent(change, reportOf(words, specs), "ruby3.3");
  return { paths: entries.map(({ path }) => path), fromImage: [...fromImage], warnings, owners, profile };
}

const INSTALLED: Said = { after: LIBPQ, provided: "libpq\tlibpq" };

test("what the packages brought is taken, with the packages that own it, whatever links their lists go through", () => {
  const files = "libpq\t/lib64/libpq.so.5\nlibpq\t/usr/share/x\nlibpq\t/gone/y";
  const image = { lib64: linkTo("usr/lib64"), "usr/lib64/libz.so.1": "z" };
  const { paths, owners } = chosen({ "usr/lib64/libpq.so.5": "pq", "usr/share/x": "x" }, image, {
    ...INSTALLED,
    files,
  });
  expect(paths).toEqual(["usr/lib64/libpq.so.5", "usr/share/x"]);
  expect([...owners]).toEqual([
    ["usr/lib64/libpq.so.5", "libpq"],
    ["usr/share/x", "libpq"],
  ]);
});

test("what sets up repositories is not", () => {
  const spal = "spal-release\t1-1.noarch\tMIT\tspal.src.rpm";
  const words = {
    ...INSTALLED,
    prepared: [...BEFORE, spal],
    after: [...LIBPQ, spal],
    files: "spal-release\t/usr/share/spal",
  };
  expect(chosen({ "usr/share/spal": "x", "usr/share/pq": "x" }, {}, words).paths).toEqual(["usr/share/pq"]);
});

describe("a newer build of a library that Lambda has", () => {
  const newer = "zlib\t1.3-1.amzn2023.x86_64\tzlib\tzlib.src.rpm";
  const words = { after: [...LIBPQ.filter((line) => !line.startsWith("zlib")), newer], provided: "libpq\tlibpq" };
  const files =
    "zlib\t/usr/lib64/libz.so.1.3\nzlib\t/usr/lib64/libz.so.1\nzlib\t/usr/share/zlib/x\nzlib\t/usr/lib64/libnew.so.1";

  test("is left out, for Lambda's own is loaded first; what else the package has is not", () => {
    const { paths, warnings } = chosen(
      { "usr/lib64/libz.so.1": "newer", "usr/share/zlib/x": "x", "usr/lib64/libnew.so.1": "n" },
      { "usr/lib64/libz.so.1": "older" },
      { ...words, files },
    );
    expect(paths).toEqual(["usr/lib64/libnew.so.1", "usr/share/zlib/x"]);
    expect(warnings).toEqual([
      '"zlib" came as 1.3-1.amzn2023.x86_64, but Lambda\'s own 1.2.11-33.amzn2023.x86_64 is what functions load',
    ]);
  });

  test.skipIf(!existsSync(CC))("is known by the name that it answers to, too", () => {
    const folder = tempRoot({ "z.c": "int z(void) { return 1; }" });
    execFileSync(CC, ["-shared", "-nostdlib", "-o", "z", "z.c", "-Wl,-soname,libz.so.1"], { cwd: folder });
    const library = readFileSync(join(folder, "z"));
    const { paths } = chosen(
      { "usr/lib64/libz.so.1.3": library, "usr/lib64/libz.so.1": linkTo("libz.so.1.3"), "usr/share/zlib/x": "x" },
      { "usr/lib64/libz.so.1": "older" },
      { ...words, files },
    );
    expect(paths).toEqual(["usr/share/zlib/x"]);
  });
});

describe("a requested package that the image has", () => {
  const there: Said = { output: "Nothing to do.", provided: "zlib\tzlib" };

  test("is nothing to add", () => {
    expect(() =>
      chosen({}, { "usr/lib64/libz.so.1": "z" }, { ...there, files: "zlib\t/usr/lib64/libz.so.1" }, ["zlib"]),
    ).toThrow('Packages.Runtime: "zlib" is already in Lambda\'s image: nothing to add: remove the name from Runtime');
    const two = { ...there, provided: "zlib\tzlib\nbash\tbash" };
    expect(() => chosen({}, {}, two, ["zlib", "bash"])).toThrow('"zlib", "bash" are already');
  });

  test("is told of beside one that it has not", () => {
    const words = { after: LIBPQ, provided: "libpq\tlibpq\nzlib\tzlib" };
    const { paths, warnings } = chosen({ "usr/lib64/libpq.so.5": "x" }, {}, words, ["libpq", "zlib"]);
    expect(paths).toEqual(["usr/lib64/libpq.so.5"]);
    expect(warnings).toEqual(['"zlib" is in Lambda\'s image already: nothing added for it']);
  });

  test("is added from the image by its file list where Lambda was reported to lack it", () => {
    const files = [
      "/usr/lib64/libgcrypt.so.20",
      "/usr/lib64/libgcrypt.so.20.2",
      "/usr/share/licenses/gcrypt",
      "/usr/share/nowhere",
    ];
    const image = {
      "usr/lib64/libgcrypt.so.20": linkTo("libgcrypt.so.20.2"),
      "usr/lib64/libgcrypt.so.20.2": "g",
      "usr/share/licenses/gcrypt/COPYING": "x",
    };
    const words = { ...there, files: files.map((path) => `zlib\t${path}`).join("\n") };
    const { paths, fromImage, warnings, profile } = chosen({}, image, words, ["zlib"]);
    expect(paths).toEqual(["usr/lib64/libgcrypt.so.20", "usr/lib64/libgcrypt.so.20.2"]);
    expect(fromImage).toEqual(paths);
    expect(warnings).toEqual([]);
    expect(profile.find("/usr/lib64/libgcrypt.so.20", "link")).toBeUndefined();
    expect(profile.find("/usr/lib64/libgcrypt.so.20.2")).toBeUndefined();
  });
});

test.skipIf(!existsSync(CC))(
  "a library of the image that Lambda was reported to lack comes along where it is needed",
  () => {
    const folder = tempRoot({
      "g.c": "int g(void) { return 1; }",
      "u.c": "int g(void); int u(void) { return g(); }",
      "p.c": "int u(void); int p(void) { return u(); }",
    });
    const cc = (...args: string[]) => execFileSync(CC, ["-shared", "-nostdlib", ...args], { cwd: folder });
    cc("-o", "libgpg-error.so.0", "g.c", "-Wl,-soname,libgpg-error.so.0");
    cc("-o", "libgcrypt.so.20.1", "u.c", "-l:libgpg-error.so.0", "-L.", "-Wl,-soname,libgcrypt.so.20");
    cc("-o", "libpq.so.5", "p.c", "-l:libgcrypt.so.20.1", "-L.");
    const read = (name: string) => readFileSync(join(folder, name));
    const { paths, fromImage } = chosen(
      { "usr/lib64/libpq.so.5": read("libpq.so.5") },
      {
        "usr/lib64/libgcrypt.so.20": linkTo("libgcrypt.so.20.1"),
        "usr/lib64/libgcrypt.so.20.1": read("libgcrypt.so.20.1"),
        "usr/lib64/libgpg-error.so.0": read("libgpg-error.so.0"),
        "usr/lib64/libassuan.so.0": "not needed",
      },
      INSTALLED,
    );
    const added = ["libgcrypt.so.20", "libgcrypt.so.20.1", "libgpg-error.so.0"].map((name) => `usr/lib64/${name}`);
    expect(paths).toEqual(["usr/lib64/libpq.so.5", ...added]);
    expect(fromImage).toEqual(added);
  },
);
