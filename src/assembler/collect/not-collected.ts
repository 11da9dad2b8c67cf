import { Buffer } from "node:buffer";
import { posix } from "node:path";
import { oneLine, ProblemError } from "../../errors/problem.ts";

/** State of package managers and of the engine itself, and what Lambda mounts or replaces: never part of a layer. */
const PATHS = new Set([
  ...["boot", "dev", "home", "media", "mnt", "proc", "root", "run", "srv", "sys", "tmp", "var", ".dockerenv"],
  ...["hostname", "hosts", "resolv.conf", "mtab", "machine-id", ".pwd.lock", "ld.so.cache", "ld.so.conf"].map(inEtc),
  ...["passwd", "group", "shadow", "gshadow", "subuid", "subgid"].flatMap((name) => [inEtc(name), inEtc(`${name}-`)]),
  ...["ld.so.conf.d", "pki/rpm-gpg", "yum.repos.d", "dnf", "yum"].map(inEtc),
  ...["usr/lib/sysimage", "usr/lib/.build-id"],
  // Units for an init system that Lambda does not run; their names hold backslashes.
  ...["usr/lib/systemd", "usr/lib/sysusers.d", "usr/lib/tmpfiles.d", "usr/lib/udev"],
]);

function inEtc(name: string): string {
  return `etc/${name}`;
}

/** True if nothing at this path, which has no leading slash, or below it is ever part of a layer. */
export const isNotCollected = (path: string): boolean => PATHS.has(path);

/** The same of a path whose parents were not asked. */
export const isBelowNotCollected = (path: string): boolean =>
  path.split("/").some((_, i, names) => isNotCollected(names.slice(0, i + 1).join("/")));

/**
 * A file's name as text; zip and Lambda agree on UTF-8 only, and zip writers take a backslash for a slash.
 *
 * @param folder where it lies, without a leading slash
 * @throws ProblemError ND111 with the name escaped
 */
export function portableName(raw: Buffer, folder: string): string {
  const name = raw.toString();
  if (Buffer.from(name).equals(raw) && !name.includes("\\")) return name;
  throw new ProblemError({
    code: "ND111",
    where: `/${oneLine(folder)}`,
    what: `a package installs a file named "${escaped(raw)}", which is no portable UTF-8 name`,
    todo: "leave the package out",
  });
}

/** The same for all names of a path without a leading slash. */
export const portablePath = (raw: Buffer): string =>
  raw
    .toString("latin1")
    .split("/")
    .reduce((folder, name) => posix.join(folder, portableName(Buffer.from(name, "latin1"), folder)), "");

const escaped = (raw: Buffer): string =>
  [...raw].map((b) => (b > 0x20 && b < 0x7f && b !== 0x5c ? String.fromCharCode(b) : `\\x${b.toString(16)}`)).join("");
