import { posix } from "node:path";

/** Where the folders of a root file system go below /opt; the first that matches counts. */
const MOVES: readonly (readonly [from: string, to: string])[] = [
  ["opt", ""],
  ["usr/local/lib64", "lib"],
  ["usr/local/lib", "lib"],
  ["usr/local/bin", "bin"],
  ["usr/local/sbin", "bin"],
  ["usr/local", ""],
  ["usr/lib64", "lib"],
  ["usr/lib", "lib"],
  ["usr/bin", "bin"],
  ["usr/sbin", "bin"],
  ["usr", ""],
  ["lib64", "lib"],
  ["lib", "lib"],
  ["bin", "bin"],
  ["sbin", "bin"],
  ["etc", "etc"],
];

const isLibrary = (name: string): boolean => /\.so(\.|$)/.test(name);

/**
 * Where a container's path goes below /opt, without leading slashes; undefined if it has no place there. Lambda
 * searches /opt/lib but none of its sub-folders, so libraries of folders that ld.so.conf names lie flat in lib.
 */
export function destination(path: string, libraryFolders: ReadonlySet<string>): string | undefined {
  if (libraryFolders.has(posix.dirname(path)) && isLibrary(posix.basename(path))) {
    return `lib/${posix.basename(path)}`;
  }
  for (const [from, to] of MOVES) {
    if (path === from) return to;
    if (path.startsWith(`${from}/`)) return posix.join(to, path.slice(from.length + 1));
  }
  return undefined;
}
