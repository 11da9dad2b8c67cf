import { Buffer } from "node:buffer";
import { closeSync, openSync, readSync } from "node:fs";
import { oneLine, ProblemError } from "../../errors/problem.ts";
import type { Entry } from "../tree.ts";
import type { ContainerChange, Touched } from "./change.ts";
import { isGlibc } from "./glibc.ts";
import type { RootFs } from "./rootfs.ts";

/**
 * What the packages put into the container: what they touched and what then differs from the image, content by content.
 * Removed files are not collected, nor glibc's own libraries. Paths have no leading slash.
 */
export const collect = ({ touched, base }: Pick<ContainerChange, "touched" | "base">): Entry[] =>
  touched
    .filter(({ path }) => !isGlibc(path, base))
    .map(entryOf)
    .filter((entry) => !isUnchanged(entry, base));

function entryOf(touched: Touched): Entry {
  if (touched.kind === "link") return touched;
  if (touched.kind === "special") {
    throw new ProblemError({
      code: "ND112",
      where: `/${oneLine(touched.path)}`,
      what: "a package installs a device, pipe or socket, which a layer cannot hold",
      todo: "leave the package out, or ask for the package that holds only its libraries",
    });
  }
  const { path, host, size } = touched;
  return { kind: "file", path, source: host, size, mode: (touched.mode & 0o111) === 0 ? 0o644 : 0o755 };
}

function isUnchanged(entry: Entry, base: RootFs): boolean {
  const before = base.find(`/${entry.path}`, "link")?.node;
  if (entry.kind === "link") return before?.kind === "link" && before.target === entry.target;
  return before?.kind === "file" && before.size === entry.size && sameContent(before.host, entry.source);
}

/** Compares two files of equal size without holding either in memory. */
export function sameContent(one: string, other: string): boolean {
  const chunk = 1 << 16;
  const [a, b] = [Buffer.alloc(chunk), Buffer.alloc(chunk)];
  const [fdA, fdB] = [openSync(one, "r"), openSync(other, "r")];
  try {
    for (let at = 0; ; at += chunk) {
      const [readA, readB] = [readSync(fdA, a, 0, chunk, at), readSync(fdB, b, 0, chunk, at)];
      if (readA !== readB || a.compare(b, 0, readB, 0, readA) !== 0) return false;
      if (readA < chunk) return true;
    }
  } finally {
    closeSync(fdA);
    closeSync(fdB);
  }
}
