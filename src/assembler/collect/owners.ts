import { posix } from "node:path";
import type { InstallReport } from "../install/install-output.ts";
import type { RootFs } from "./rootfs.ts";

/**
 * Which package owns a path, by the file lists of the packages. Lists name files through whatever links there are
 * (`/lib64/x`); here each stands under the path that it has without links, without a leading slash.
 */
export function fileOwners(files: InstallReport["files"], root: RootFs): ReadonlyMap<string, string> {
  const folders = new Map<string, string | undefined>();
  const owners = new Map<string, string>();
  for (const [name, paths] of files) {
    for (const path of paths) {
      const folder = posix.dirname(path);
      if (!folders.has(folder)) folders.set(folder, root.find(folder)?.path);
      const real = folders.get(folder);
      if (real !== undefined) owners.set(posix.join(real, posix.basename(path)).slice(1), name);
    }
  }
  return owners;
}
