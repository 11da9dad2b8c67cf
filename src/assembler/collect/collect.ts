import { Buffer } from "node:buffer";
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats } from "node:fs";
import { join } from "node:path";
import { oneLine, ProblemError } from "../../errors/problem.ts";
import type { Entry } from "../tree.ts";
import { isGlibc } from "./glibc.ts";
import { isWhiteout, type RootFs } from "./rootfs.ts";

/** State of package managers and of the engine itself, and what Lambda mounts or replaces: never part of a layer. */
const NOT_COLLECTED = [
  ...["boot", "dev", "home", "media", "mnt", "proc", "root", "run", "srv", "sys", "tmp", "var"],
  ...["etc/hostname", "etc/hosts", "etc/resolv.conf", "etc/mtab", "etc/machine-id", ".dockerenv", "etc/.pwd.lock"],
  ...[
    "etc/passwd",
    "etc/passwd-",
    "etc/group",
    "etc/group-",
    "etc/shadow",
    "etc/shadow-",
    "etc/gshadow",
    "etc/gshadow-",
  ],
  ...[
    "etc/ld.so.cache",
    "etc/ld.so.conf",
    "etc/ld.so.conf.d",
    "etc/pki/rpm-gpg",
    "etc/yum.repos.d",
    "etc/dnf",
    "etc/yum",
  ],
  ...["etc/subuid", "etc/subgid", "etc/subuid-", "etc/subgid-", "usr/lib/sysimage", "usr/lib/.build-id"],
  // Units for an init system that Lambda does not run; their names hold backslashes.
  ...["usr/lib/systemd", "usr/lib/sysusers.d", "usr/lib/tmpfiles.d", "usr/lib/udev"],
];
const skipped = new Set(NOT_COLLECTED);

/**
 * What the packages put into the container: its file system's change compared with the image, content by content.
 * Removed files are not collected, nor glibc's own libraries. Paths have no leading slash.
 *
 * @param upper the overlay's upper folder on this machine
 * @param base the pristine image
 */
export function collectChange(upper: string, base: RootFs): Entry[] {
  const entries: Entry[] = [];
  const visit = (folder: string, host: string): void => {
    for (const raw of readdirSync(Buffer.from(host), { encoding: "buffer" }).sort(Buffer.compare)) {
      const path = folder === "" ? nameOf(raw, folder) : `${folder}/${nameOf(raw, folder)}`;
      if (skipped.has(path)) continue;
      const there = join(host, raw.toString());
      const stats = lstatSync(there);
      if (stats.isDirectory()) visit(path, there);
      else if (!isWhiteout(stats) && !isGlibc(path, base)) {
        const entry = entryOf(path, there, stats);
        if (!isUnchanged(entry, base)) entries.push(entry);
      }
    }
  };
  visit("", upper);
  return entries;
}

function entryOf(path: string, host: string, stats: Stats): Entry {
  if (stats.isSymbolicLink()) return { kind: "link", path, target: readlinkSync(host) };
  if (!stats.isFile()) {
    throw new ProblemError({
      code: "ND112",
      where: `/${oneLine(path)}`,
      what: "a package installs a device, pipe or socket, which a layer cannot hold",
      todo: "leave the package out, or ask for the package that holds only its libraries",
    });
  }
  const mode = (stats.mode & 0o111) === 0 ? 0o644 : 0o755;
  return { kind: "file", path, source: host, size: stats.size, mode };
}

/** A name as text; zip and Lambda agree on UTF-8 only, and zip writers take a backslash for a slash. */
function nameOf(raw: Buffer, folder: string): string {
  const name = raw.toString();
  if (Buffer.from(name).equals(raw) && !name.includes("\\")) return name;
  throw new ProblemError({
    code: "ND111",
    where: `/${oneLine(folder)}`,
    what: `a package installs a file named "${escaped(raw)}", which is no portable UTF-8 name`,
    todo: "leave the package out",
  });
}

const escaped = (raw: Buffer): string =>
  [...raw].map((b) => (b > 0x20 && b < 0x7f && b !== 0x5c ? String.fromCharCode(b) : `\\x${b.toString(16)}`)).join("");

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
