import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type ElfFile, readElf } from "../../../../src/assembler/elf/elf.ts";
import { withFileSource } from "../../../../src/assembler/elf/elf-source.ts";

export const READELF = "/usr/bin/readelf";
const MAGIC = Buffer.from("\u007fELF", "latin1");
const MACHINES: Readonly<Record<string, string>> = { "Advanced Micro Devices X86-64": "x86_64", AArch64: "arm64" };

export const isElf = (file: string): boolean =>
  withFileSource(file, (source) => source.size > 64 && source.read(0, 4).equals(MAGIC));

/** Every ELF file below a folder, each once, sorted by path; links are not followed. */
export function elfFilesBelow(folder: string): readonly string[] {
  const seen = new Set<number>();
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return entries
    .map((name) => join(folder, name))
    .filter((file) => {
      const stats = lstatSync(file);
      if (!stats.isFile() || seen.has(stats.ino)) return false;
      seen.add(stats.ino);
      return isElf(file);
    });
}

/** What our reader makes of a file, in a form that {@link byReadelf} gives, too. */
export function byUs(file: string) {
  const elf = withFileSource(file, readElf);
  return elf === undefined ? undefined : told(elf);
}

function told({ machine, needed, soname, rpath, runpath, versionNeeds, versionsDefined }: ElfFile) {
  const needs = versionNeeds.map(({ library, versions }) => ({ library, versions: [...versions] }));
  return { machine: `${machine}`, needed, soname, rpath, runpath, needs, defines: versionsDefined };
}

/** The same facts as binutils tells them; undefined for what is no program and no shared object. */
export function byReadelf(file: string): ReturnType<typeof byUs> {
  const text = execFileSync(READELF, ["-W", "-h", "-d", "-V", file], { encoding: "utf8", maxBuffer: 1 << 26 });
  const all = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] as string);
  const folders = (tag: string) => all(new RegExp(`\\(${tag}\\).*\\[(.*)\\]`, "g")).flatMap((list) => list.split(":"));
  if (!/Type: +(EXEC|DYN) /.test(text)) return undefined;
  const section = (name: string) => text.split(`Version ${name} section`)[1]?.split(/^Version /m)[0] ?? "";
  return {
    machine: MACHINES[all(/Machine: +(.*)/g)[0] ?? ""] ?? "other",
    needed: all(/\(NEEDED\).*\[(.*)\]/g),
    soname: all(/\(SONAME\).*\[(.*)\]/g)[0],
    rpath: folders("RPATH"),
    runpath: folders("RUNPATH"),
    needs: neededVersions(section("needs")),
    defines: [...section("definition").matchAll(/Index: \d+ {2}Cnt: \d+ {2}Name: (\S+)/g)].map((m) => m[1] as string),
  };
}

/** Each library with its versions, without the weak ones. */
const neededVersions = (section: string) =>
  section
    .split(/ File: /)
    .slice(1)
    .map((part) => ({
      library: part.split(" ", 1)[0] as string,
      versions: [...part.matchAll(/Name: (\S+) {2}Flags: (.*?) {2}Version:/g)]
        .filter(([, , flags]) => !flags?.includes("WEAK"))
        .map((match) => match[1] as string),
    }));
