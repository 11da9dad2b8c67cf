import { lstatSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { layeredRoot } from "../../src/assembler/collect/overlay.ts";
import { checkClosure } from "../../src/assembler/elf/closure.ts";
import { lambdaLoader } from "../../src/assembler/elf/loader.ts";
import type { Entry } from "../../src/assembler/tree.ts";
import type { RuntimeLayerSpec } from "../../src/packages/layer-spec.ts";
import { byReadelf, byUs, elfFilesBelow } from "../unit/assembler/elf/readelf.ts";
import { removeAssemblies, temporaryFolder } from "./support/assembler.ts";
import { ROOT } from "./support/commands.ts";

/** What lab/elf-samples.sh has fetched. */
const SAMPLES = `${ROOT}/.cache/lab/elf`;

const told = (files: readonly string[], by: typeof byUs) => files.map((file) => ({ file, ...by(file) }));

describe.each([
  ["@sparticuz/chromium, built on Amazon Linux", "chromium", "x86_64", 20],
  ["Debian's packages for arm64", "arm64", "arm64", 300],
])("ELF files of %s", (_name, folder, machine, least) => {
  const parts = readdirSync(`${SAMPLES}/${folder}`).map((part) => ({
    part,
    files: elfFilesBelow(`${SAMPLES}/${folder}/${part}`),
  }));
  const withFiles = parts.filter(({ files }) => files.length > 0);

  it.each(withFiles)("$part: readelf says the same of each", ({ files }) => {
    expect(told(files, byUs)).toEqual(told(files, byReadelf));
  });

  it("are many, all for that machine", () => {
    const files = parts.flatMap(({ files }) => files);
    expect(files.length).toBeGreaterThanOrEqual(least);
    expect(new Set(files.map((file) => byUs(file)?.machine))).toEqual(new Set([machine]));
  });
});

/** Not run: there is no arm64 machine here. The loader's answers are proved on x86_64 alone, in elf-verdict.test.ts. */
describe("a layer of libpq for arm64, on Debian's libc for arm64", () => {
  const FOLDER = "usr/lib/aarch64-linux-gnu";
  const SPEC = { runtime: "python3.13", arch: "arm64", drop: [] as readonly string[] } as RuntimeLayerSpec;
  const libraries = new Map(readdirSync(`${SAMPLES}/arm64`).flatMap(librariesOf));
  const layer = withNeeded("libpq.so.5");
  afterAll(removeAssemblies);

  /** The files and links of a package's library folder, by the path that they have in a layer. */
  function librariesOf(part: string): [path: string, entry: Entry][] {
    const folder = join(SAMPLES, "arm64", part, FOLDER);
    if (part === "libc6" || lstatSync(folder, { throwIfNoEntry: false }) === undefined) return [];
    return readdirSync(folder)
      .filter((name) => name.includes(".so."))
      .map((name) => {
        const path = `lib/${name}`;
        const source = join(folder, name);
        const stats = lstatSync(source);
        if (stats.isSymbolicLink()) return [path, { kind: "link", path, target: readlinkSync(source) }];
        return [path, { kind: "file", path, source, size: stats.size, mode: 0o755 }];
      });
  }

  /** A library with all that it needs, in turn, of what libc6 does not have. */
  function withNeeded(library: string): ReadonlyMap<string, Entry> {
    const found = new Map<string, Entry>();
    const names = [library];
    for (const name of names) {
      const entry = libraries.get(`lib/${name}`);
      if (entry === undefined || found.has(entry.path)) continue;
      found.set(entry.path, entry);
      names.push(...(entry.kind === "link" ? [basename(entry.target)] : (byUs(entry.source)?.needed ?? [])));
    }
    return found;
  }

  function check(layer: ReadonlyMap<string, Entry>): string[] {
    const conf = temporaryFolder();
    mkdirSync(`${conf}/etc`);
    writeFileSync(`${conf}/etc/ld.so.conf`, `/${FOLDER}\n`);
    const base = layeredRoot([conf, `${SAMPLES}/arm64/libc6`]);
    return checkClosure({ layer, loader: lambdaLoader(base, layer, "arm64"), spec: SPEC, isImages: () => false });
  }

  const needed = [...layer.values()].flatMap((entry) =>
    entry.kind === "file" ? (byUs(entry.source)?.needed ?? []) : [],
  );
  const others = [...new Set(needed)].filter((name) => layer.has(`lib/${name}`)).sort();

  it("is complete", () => {
    expect(others.length).toBeGreaterThan(10);
    expect(check(layer)).toEqual([]);
  });

  it.each(others)("lacks %s if that is taken out", (name) => {
    const less = new Map([...layer].filter(([path]) => path !== `lib/${name}`));
    expect(() => check(less)).toThrow(`needs ${name}, which neither the layer nor Lambda has`);
  });
});
