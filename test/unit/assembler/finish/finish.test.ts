import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { extract, pack } from "tar-stream";
import { describe, expect, test } from "vitest";
import { finishTree } from "../../../../src/assembler/finish/finish.ts";
import { toolsFor } from "../../../../src/assembler/finish/tools.ts";
import type { ContainerEngine, ContainerRun } from "../../../../src/assembler/ports.ts";
import type { Entry } from "../../../../src/assembler/tree.ts";
import { engineWith } from "../fake-engine.ts";
import { linkTo, tempRoot } from "../temp-root.ts";

function treeOf(files: Record<string, string | { link: string }>) {
  const contents = Object.entries(files).flatMap(([path, content]) =>
    typeof content === "string" ? [[path, content] as const] : [],
  );
  const host = tempRoot(Object.fromEntries(contents));
  return new Map(
    Object.entries(files).map(([path, content]): [string, Entry] => [
      path,
      typeof content === "string"
        ? { kind: "file", path, source: join(host, path), size: content.length, mode: 0o755 }
        : { kind: "link", path, target: content.link },
    ]),
  );
}

const FONTS = {
  "bin/fc-cache": "#!",
  "etc/fonts/fonts.conf": "<x>",
  "share/fonts/a.ttf": "font",
  "lib/l": linkTo("/lib64/x"),
};

/** An engine in whose container the tools leave these files below /opt. */
function engineLeaving(
  files: Record<string, string>,
  over: Partial<ContainerEngine> & { stdout?: string; exitCode?: number } = {},
) {
  const runs: ContainerRun[] = [];
  const put: { name: string; type: string; target: string; mode: number; date: number; content: string }[] = [];
  const removed: string[] = [];
  const engine = engineWith({
    async run(request) {
      runs.push(request);
      const tar = extract();
      request.files?.pipe(tar as unknown as NodeJS.WritableStream);
      for await (const entry of tar) {
        const chunks: Buffer[] = [];
        for await (const chunk of entry) chunks.push(chunk as Buffer);
        const { name, type, linkname, mode, mtime } = entry.header;
        put.push({
          ...{ name, type: type ?? "", target: linkname ?? "", mode: mode ?? 0 },
          ...{ date: mtime?.getTime() ?? 0, content: Buffer.concat(chunks).toString() },
        });
      }
      return { exitCode: over.exitCode ?? 0, stdout: over.stdout ?? "", stderr: "no space" };
    },
    copyOut: () => {
      const tar = pack();
      tar.entry({ name: "opt/", type: "directory" });
      for (const [path, content] of Object.entries(files)) tar.entry({ name: `opt/${path}` }, content);
      tar.finalize();
      return { bytes: Readable.from(tar as unknown as AsyncIterable<Buffer>), done: async () => {} };
    },
    remove: async (name) => void removed.push(name),
    ...over,
  });
  return { engine, runs, put, removed };
}

const finish = (tree: ReadonlyMap<string, Entry>, engine: ContainerEngine) =>
  finishTree(tree, { engine, image: "sha256:1", labels: { nativedeps: "1" }, folder: tempRoot() });

describe("finishing", () => {
  test("starts nothing where no tool has anything to do", async () => {
    const tree = treeOf({ "bin/jq": "x" });
    expect(await finish(tree, engineWith({}))).toEqual({ tree, made: new Map(), warnings: [] });
  });

  test("puts the whole layer at /opt, dated 1980, without network, in the function's image", async () => {
    const { engine, runs, put, removed } = engineLeaving({});
    await finish(treeOf(FONTS), engine);
    expect(runs[0]).toMatchObject({
      image: "sha256:1",
      labels: { nativedeps: "1" },
      environment: { FONTCONFIG_PATH: "/opt/etc/fonts" },
      args: ["fc-cache"],
    });
    expect(new Set(put.map(({ date }) => date))).toEqual(new Set([Date.UTC(1980, 0, 1)]));
    expect(put.map(({ name, type }) => `${type} ${name}`)).toEqual([
      ...["opt", "opt/bin", "opt/etc", "opt/etc/fonts", "opt/lib", "opt/share", "opt/share/fonts"].map(
        (name) => `directory ${name}/`,
      ),
      ...["file opt/bin/fc-cache", "file opt/etc/fonts/fonts.conf", "symlink opt/lib/l", "file opt/share/fonts/a.ttf"],
    ]);
    expect(put.at(-1)).toMatchObject({ content: "font", mode: 0o755 });
    expect(put.at(-2)).toMatchObject({ target: "/lib64/x" });
    expect(removed).toEqual([runs[0]?.name]);
  });

  test("takes what the tools wrote at their places, and nothing else; what was there before is made anew", async () => {
    const { engine } = engineLeaving({
      "lib/fontconfig/cache/a.cache-8": "new",
      "share/fonts/a.ttf": "tampered",
      "share/extra": "x",
    });
    const { tree, made, warnings } = await finish(
      treeOf({ ...FONTS, "lib/fontconfig/cache/old.cache-8": "old" }),
      engine,
    );
    expect([...tree.keys()].sort()).toEqual([...Object.keys(FONTS), "lib/fontconfig/cache/a.cache-8"].sort());
    const cache = tree.get("lib/fontconfig/cache/a.cache-8");
    expect(cache).toMatchObject({ kind: "file", size: 3, mode: 0o644 });
    expect(cache?.kind === "file" && readFileSync(cache.source, "utf8")).toBe("new");
    const font = tree.get("share/fonts/a.ttf");
    expect(font?.kind === "file" && readFileSync(font.source, "utf8")).toBe("font");
    expect([...made]).toEqual([["lib/fontconfig/cache/a.cache-8", "fc-cache"]]);
    expect(warnings).toEqual([]);
  });

  test("a tool that fails is told of, and does not stop the build", async () => {
    const { engine } = engineLeaving({}, { stdout: "fc-cache\tcannot load\u001b[31m x\n" });
    expect((await finish(treeOf(FONTS), engine)).warnings).toEqual([
      "fc-cache: cannot load [31m x: its cache is left out",
    ]);
  });

  test("a container that dies stops it, and is removed", async () => {
    const { engine, removed } = engineLeaving({}, { exitCode: 137 });
    await expect(finish(treeOf(FONTS), engine)).rejects.toThrow(
      "the finishing container stopped with exit code 137 (no space)",
    );
    expect(removed).toHaveLength(1);
  });
});

test.each([
  ["fc-cache", ["bin/fc-cache-64", "etc/fonts/fonts.conf"], "etc/fonts/fonts.conf"],
  [
    "gdk-pixbuf-query-loaders",
    ["bin/gdk-pixbuf-query-loaders-64", "lib/gdk-pixbuf-2.0/2.10.0/loaders/x.so"],
    "lib/gdk-pixbuf-2.0/2.10.0/loaders/x.so",
  ],
  ["dot", ["bin/dot", "lib/graphviz/libgvplugin_x.so.6"], "lib/graphviz/libgvplugin_x.so.6"],
  ["compileall", ["bin/python3.11", "lib/python3.11/compileall.py"], "lib/python3.11/compileall.py"],
])("%s runs in a layer that has all it needs", (name, paths, needed) => {
  const tools = (list: string[]) =>
    toolsFor(treeOf(Object.fromEntries(list.map((path) => [path, ""])))).map((tool) => tool.name);
  expect(tools(paths)).toEqual([name]);
  expect(tools(paths.filter((path) => path !== needed))).toEqual([]);
});
