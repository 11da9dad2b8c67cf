import { KNOWN_ABSENT } from "../../packages/data/known-absent.ts";
import { operatingSystem } from "../../packages/operating-system.ts";
import type { RootFs } from "./rootfs.ts";

/** Tells of a path in the image, links resolved, whether real Lambda lacks it. */
export type IsAbsent = (path: string) => boolean;

export function absentOn(runtime: string): IsAbsent {
  const os = operatingSystem(runtime);
  const patterns = os === undefined ? [] : KNOWN_ABSENT[os];
  return (path) => patterns.some((pattern) => pattern.test(path));
}

/** The profile of a runtime: its image without what real Lambda lacks. */
export const lambdaProfile = (image: RootFs, isAbsent: IsAbsent): RootFs => ({
  find(path, last) {
    const found = image.find(path, last);
    // A link, too, is not there if what it leads to is not.
    const end = found?.node.kind === "link" ? image.find(path) : found;
    return found === undefined || isAbsent(found.path) || (end !== undefined && isAbsent(end.path)) ? undefined : found;
  },
  list: (folder) => image.list(folder),
});
