import { execFileSync } from "node:child_process";
import { readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Entry, LayerTree } from "../../../src/assembler/tree.ts";
import { fileHashes, treeDigest } from "../../../src/assembler/tree-digest.ts";
import { writeZip } from "../../../src/assembler/zip.ts";
import { tempRoot } from "./temp-root.ts";

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

/** The same three entries, from files of a folder of their own. */
function tree(
  order: readonly number[],
  change: { content?: string; mode?: 0o644 | 0o755; target?: string } = {},
): LayerTree {
  const content = change.content ?? "hello ".repeat(1000);
  const folder = tempRoot({ "1": content, "2": "" });
  utimesSync(join(folder, "1"), Math.random() * 1e9, Math.random() * 1e9);
  const entries: Entry[] = [
    { kind: "file", path: "lib/b.so", source: join(folder, "1"), size: content.length, mode: change.mode ?? 0o755 },
    { kind: "file", path: "lib/Z", source: join(folder, "2"), size: 0, mode: 0o644 },
    { kind: "link", path: "lib/é", target: change.target ?? "b.so" },
  ];
  return new Map(order.map((i) => entries[i] as Entry).map((entry) => [entry.path, entry]));
}

describe("the zip", () => {
  test("has the same bytes whatever the order, the files' dates, the folder and the time zone", async () => {
    const out = tempRoot();
    process.env.TZ = "Pacific/Kiritimati";
    const one = await writeZip(tree([0, 1, 2]), join(out, "1.zip"));
    process.env.TZ = "America/Los_Angeles";
    const two = await writeZip(tree([2, 1, 0]), join(out, "2.zip"));
    expect(readFileSync(join(out, "1.zip")).equals(readFileSync(join(out, "2.zip")))).toBe(true);
    expect(two).toEqual(one);
    expect(one.bytes).toBe(readFileSync(join(out, "1.zip")).length);
  });

  test("keeps modes, links, order and the one date", async () => {
    const file = join(tempRoot(), "layer.zip");
    await writeZip(tree([0, 1, 2]), file);
    const listing = execFileSync("python3", ["-c", LIST, file], { encoding: "utf8" });
    expect(JSON.parse(listing)).toEqual([
      ["lib/", "40755", [1980, 1, 1, 0, 0, 0], ""],
      ["lib/Z", "100644", [1980, 1, 1, 0, 0, 0], ""],
      ["lib/b.so", "100755", [1980, 1, 1, 0, 0, 0], "hello "],
      ["lib/é", "120777", [1980, 1, 1, 0, 0, 0], "b.so"],
    ]);
  });

  test("fails if a file changes meanwhile", async () => {
    const changed = tree([0]);
    const entry = { ...(changed.get("lib/b.so") as Entry & { kind: "file" }), size: 7 };
    await expect(writeZip(new Map([[entry.path, entry]]), join(tempRoot(), "x.zip"))).rejects.toThrow("bytes");
  });

  test("fails if a file is gone", async () => {
    const entry: Entry = { kind: "file", path: "a", source: "/nowhere", size: 1, mode: 0o644 };
    await expect(writeZip(new Map([["a", entry]]), join(tempRoot(), "x.zip"))).rejects.toThrow("ENOENT");
  });

  test("fails where it cannot be written", async () => {
    await expect(writeZip(tree([0, 1, 2]), "/nowhere/x.zip")).rejects.toThrow("ENOENT");
  });
});

const LIST = `
import sys, json, zipfile
z = zipfile.ZipFile(sys.argv[1])
print(json.dumps([[i.filename, "%o" % (i.external_attr >> 16), i.date_time, z.read(i)[:6].decode()] for i in z.infolist()]))
`;

const digestOf = (of: LayerTree): string => treeDigest(of, fileHashes(of));

describe("the tree digest", () => {
  test("does not depend on order, dates or folder", async () => {
    expect(digestOf(tree([0, 1, 2]))).toBe(await digestOf(tree([2, 0, 1])));
  });

  test.each([
    ["content", { content: "x" }],
    ["mode", { mode: 0o644 as const }],
    ["link target", { target: "Z" }],
  ])("depends on %s", async (_name, change) => {
    expect(digestOf(tree([0, 1, 2], change))).not.toBe(await digestOf(tree([0, 1, 2])));
  });

  test("is the hash that it says it is", async () => {
    const { createHash } = await import("node:crypto");
    const empty = createHash("sha256").digest("hex");
    const lines = `["lib/Z","file","644","","${empty}"]\n["lib/é","link","777","b.so",""]\n`;
    expect(digestOf(tree([1, 2]))).toBe(createHash("sha256").update(lines).digest("hex"));
  });
});
