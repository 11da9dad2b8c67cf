import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { type Header, pack } from "tar-stream";
import { describe, expect, test } from "vitest";
import { exportedChange } from "../../../../src/assembler/collect/exported.ts";
import type { Found } from "../../../../src/assembler/collect/rootfs.ts";
import type { ContainerEngine, PathChange } from "../../../../src/assembler/ports.ts";
import { engineWith } from "../fake-engine.ts";
import { tempRoot } from "../temp-root.ts";

type Item = Partial<Header> & { readonly name: string } & { readonly content?: string | Buffer };

const file = (name: string, content: string | Buffer, mode = 0o644): Item => ({ name, content, mode });
const folder = (name: string): Item => ({ name, type: "directory" });
const link = (name: string, linkname: string): Item => ({ name, type: "symlink", linkname });

async function tarOf(items: readonly Item[]): Promise<Buffer> {
  const tar = pack();
  for (const { content, ...header } of items) tar.entry(header, content ?? "");
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A stream that makes its bytes when it is read. */
async function* lazily(bytes: () => Promise<Buffer>): AsyncGenerator<Buffer> {
  yield await bytes();
}

/** An engine with a container and its pristine twin, each a list of what lies in it, by the path that is asked for. */
function engineOf(
  changes: readonly PathChange[],
  now: readonly Item[],
  before: Readonly<Record<string, readonly Item[]>> = {},
  failing = "",
): ContainerEngine {
  return engineWith({
    changes: async () => changes,
    copyOut(container, path) {
      const items = container === "now" ? now : before[path];
      if (items === undefined) throw new Error(`nobody should have asked for ${path}`);
      const done = async (): Promise<void> => {
        if (container === failing) throw new Error("the engine failed");
      };
      return { bytes: Readable.from(lazily(() => tarOf(items))), done };
    },
  });
}

const changeOf = (engine: ContainerEngine) => exportedChange(engine, "now", "pristine", tempRoot());
const added = (path: string): PathChange => ({ path, kind: "added" });
const changed = (path: string): PathChange => ({ path, kind: "changed" });
const removed = (path: string): PathChange => ({ path, kind: "removed" });

const contentOf = (found: Found | undefined): string =>
  found?.node.kind === "file" ? readFileSync(found.node.host, "utf8") : `${found?.node.kind}`;

describe("a container's change, by the engine's API and one pass over its files", () => {
  test("holds what was added, with what lies below an added folder, and what changed", async () => {
    const engine = engineOf(
      [changed("/usr"), added("/usr/new"), changed("/usr/old"), removed("/usr/gone"), removed("/usr/folder")],
      [folder("/"), folder("usr"), folder("usr/new"), file("usr/new/deep", "d", 0o755), file("usr/old", "now")],
      {
        "/usr/old": [file("old", "before")],
        "/usr/gone": [file("gone", "g")],
        "/usr/folder": [folder("folder"), file("folder/in", "i")],
      },
    );
    const { touched, base, installed } = await changeOf(engine);
    expect(touched.map(({ path, kind }) => [path, kind])).toEqual([
      ["usr/new/deep", "file"],
      ["usr/old", "file"],
    ]);
    expect(touched[0]).toMatchObject({ mode: 0o755, size: 1 });
    expect(["old", "gone", "folder/in"].map((name) => contentOf(base.find(`/usr/${name}`)))).toEqual([
      "before",
      "g",
      "i",
    ]);
    expect(base.find("/usr/new")).toBeUndefined();
    expect(contentOf(installed.find("/usr/old"))).toBe("now");
    expect(installed.find("/usr/gone")).toBeUndefined();
    expect(installed.list("/usr")).toEqual(["new", "old"]);
    expect(base.list("/")).toEqual(["usr"]);
  });

  test("knows links without following them, and asks for a changed one with its folder", async () => {
    const engine = engineOf(
      [changed("/lib"), changed("/lib/l"), added("/lib/n")],
      [folder("lib"), link("lib/l", "new"), link("lib/n", "/etc/passwd"), file("lib/x", "x")],
      { "/lib": [folder("lib"), link("lib/l", "old"), file("lib/other", "not asked for")] },
    );
    const { touched, base } = await changeOf(engine);
    expect(touched).toEqual([
      { kind: "link", path: "lib/l", target: "new" },
      { kind: "link", path: "lib/n", target: "/etc/passwd" },
    ]);
    expect(base.find("/lib/l", "link")?.node).toEqual({ kind: "link", target: "old" });
    expect(base.find("/lib/other")).toBeUndefined();
  });

  test("takes a hard link for the file that it is a name of", async () => {
    const hard: Item = { name: "usr/b", type: "link", linkname: "usr/a" };
    const { touched } = await changeOf(engineOf([added("/usr")], [folder("usr"), file("usr/a", "one"), hard]));
    const hosts = touched.map((entry) => entry.kind === "file" && entry.host);
    expect(hosts[0]).toBe(hosts[1]);
    expect(touched.map((entry) => entry.kind === "file" && entry.size)).toEqual([3, 3]);
  });

  test("keeps of the image what may configure the loader and what the loader loads, and a name of all else", async () => {
    const elf = Buffer.concat([Buffer.from("\u007fELF"), Buffer.alloc(100_000, 1)]);
    const { installed, base } = await changeOf(
      engineOf(
        [],
        [folder("etc"), file("etc/ld.so.conf", "/x"), file("big", Buffer.alloc(100_000, 1)), file("elf", elf)],
      ),
    );
    expect(contentOf(base.find("/etc/ld.so.conf"))).toBe("/x");
    expect(contentOf(installed.find("/elf"))).toHaveLength(elf.length);
    expect(contentOf(installed.find("/big"))).toBe("");
    expect(installed.find("/big")?.node).toMatchObject({ size: 100_000 });
  });

  test("tells of devices, and passes over what no layer holds", async () => {
    const pipe: Item = { name: "usr/p", type: "fifo" };
    const engine = engineOf(
      [added("/usr/p"), added("/var/lib/rpm"), changed("/etc/resolv.conf"), removed("/tmp/x")],
      [folder("usr"), folder("etc"), pipe, file("var/lib/rpm/db", "x"), file("etc/resolv.conf", "x")],
    );
    const { touched, base } = await changeOf(engine);
    expect(touched).toEqual([{ kind: "special", path: "usr/p" }]);
    expect(base.find("/etc/resolv.conf")).toBeDefined();
    expect(base.find("/var/lib/rpm/db")).toBeUndefined();
  });

  test("fails if the engine does, even when the files ended well", async () => {
    await expect(changeOf({ ...engineOf([], [folder("usr")], {}, "now") })).rejects.toThrow("the engine failed");
  });
});

describe("hostile files", () => {
  const shipped = (items: readonly Item[]) => changeOf(engineOf([added("/usr")], [folder("usr"), ...items]));

  test.each(["../evil", "usr/../../evil", "usr/.."])("a name that leads out is refused: %s", async (name) => {
    await expect(shipped([file(name, "x")])).rejects.toThrow(
      "the files of a container cannot be read from it (it holds the name",
    );
  });

  test("an absolute name lies below the container's root", async () => {
    const { touched } = await shipped([file("/usr/x", "x"), file("./usr//./y", "y")]);
    expect(touched.map(({ path }) => path)).toEqual(["usr/x", "usr/y"]);
  });

  test("a file that comes through a link goes nowhere but to its own name", async () => {
    const away = tempRoot({ victim: "untouched" });
    const { touched } = await shipped([link("usr/l", away), file("usr/l/victim", "evil")]);
    expect(readFileSync(`${away}/victim`, "utf8")).toBe("untouched");
    expect(touched.map(({ path }) => path)).toEqual(["usr/l", "usr/l/victim"]);
  });

  test("a hard link to nothing is no file", async () => {
    const { touched } = await shipped([{ name: "usr/h", type: "link", linkname: "../../etc/shadow".slice(6) }]);
    expect(touched).toEqual([{ kind: "special", path: "usr/h" }]);
    await expect(shipped([{ name: "usr/h", type: "link", linkname: "../../etc/shadow" }])).rejects.toThrow(
      "it holds the name",
    );
  });

  test("a name that is no UTF-8 is shown escaped where it would be shipped, and passed over elsewhere", async () => {
    const raw = async (folderName: string): Promise<Buffer> => {
      const bytes = await tarOf([file(`${folderName}/caf_`, "x")]);
      bytes[bytes.indexOf("_")] = 0xe9;
      bytes.fill(" ", 148, 156);
      const sum = bytes.subarray(0, 512).reduce((all, byte) => all + byte, 0);
      bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
      return bytes;
    };
    const of = (folderName: string) =>
      changeOf(
        engineWith({
          changes: async () => [added(`/${folderName}`)],
          copyOut: () => ({ bytes: Readable.from(lazily(() => raw(folderName))), done: async () => {} }),
        }),
      );
    await expect(of("usr")).rejects.toThrow('"caf\\xe9"');
    expect((await of("var")).touched).toEqual([]);
  });

  test("a stream that is no tar, or breaks off, is refused", async () => {
    const from = (bytes: Buffer) =>
      changeOf(
        engineWith({
          changes: async () => [],
          copyOut: () => ({ bytes: Readable.from([bytes]), done: async () => {} }),
        }),
      );
    await expect(from(Buffer.alloc(2048, 7))).rejects.toThrow("cannot be read from it");
    const whole = await tarOf([file("usr/x", Buffer.alloc(5000, 1))]);
    await expect(from(whole.subarray(0, 2000))).rejects.toThrow("cannot be read from it");
  });
});
