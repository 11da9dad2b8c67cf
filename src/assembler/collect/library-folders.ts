import { readFileSync } from "node:fs";
import { posix } from "node:path";
import type { RootFs } from "./rootfs.ts";

const MAX_CONF_BYTES = 64 * 1024;
const MAX_DEPTH = 4;

/** Folders that /etc/ld.so.conf names, in its order, links resolved; those that do not exist are left out. */
export function configuredLibraryFolders(root: RootFs, conf = "/etc/ld.so.conf"): string[] {
  const folders = readConf(root, conf, 0).flatMap((folder) => {
    const found = root.find(folder);
    return found?.node.kind === "folder" ? [found.path] : [];
  });
  return [...new Set(folders)];
}

function readConf(root: RootFs, conf: string, depth: number): string[] {
  const found = root.find(conf);
  if (found?.node.kind !== "file" || found.node.size > MAX_CONF_BYTES || depth > MAX_DEPTH) return [];
  return readFileSync(found.node.host, "utf8")
    .split("\n")
    .flatMap((raw) => {
      const line = raw.replace(/#.*/, "").trim();
      const include = /^include\s+(\S+)$/.exec(line)?.[1];
      if (include !== undefined) return included(root, posix.resolve("/etc", include), depth);
      return line.startsWith("/") ? [line] : [];
    });
}

/** ldconfig includes by glob; the only one in use is `*` in the last component. */
function included(root: RootFs, pattern: string, depth: number): string[] {
  const folder = posix.dirname(pattern);
  const [head, tail] = posix.basename(pattern).split("*", 2);
  return root
    .list(folder)
    .filter((name) => (tail === undefined ? name === head : name.startsWith(head ?? "") && name.endsWith(tail)))
    .flatMap((name) => readConf(root, posix.join(folder, name), depth + 1));
}
