import type { LoadedElf, Loader, ProcessObject } from "./loader.ts";

/** What an object of a process needs and does not get. */
export type Gap =
  | { readonly kind: "library"; readonly user: string; readonly library: string }
  | {
      readonly kind: "version";
      readonly user: string;
      readonly library: string;
      readonly version: string;
      /** The copy that the loader takes, and the versions that it has. */
      readonly winner: string;
      readonly has: readonly string[];
    };

/** A program or library with all that the loader brings in for it. */
export interface LoadedProcess {
  readonly objects: readonly LoadedElf[];
  /** Of objects of the layer alone: what the image lacks for itself is not ours to mend. */
  readonly gaps: readonly Gap[];
}

/**
 * Loads a program or library as the dynamic loader does: breadth first, and no name twice: what an object needs is taken
 * from what is loaded already, if that answers to the name.
 */
export function loadProcess(root: LoadedElf, loader: Loader): LoadedProcess {
  const objects: ProcessObject[] = [root];
  const byName = new Map<string, readonly LoadedElf[]>();
  const gaps: Gap[] = [];
  if (root.elf.soname !== undefined) byName.set(root.elf.soname, [root]);
  for (const user of objects) {
    for (const library of user.elf.needed) {
      const known = byName.get(library);
      const found = known ?? loader.resolve(user, library);
      gaps.push(...gapsOf(user, library, found));
      const last = found.at(-1);
      if (known !== undefined || last === undefined) continue;
      objects.push({ ...last, loader: user });
      for (const name of [library, last.elf.soname]) if (name !== undefined) byName.set(name, found);
    }
  }
  return { objects, gaps };
}

function gapsOf(user: LoadedElf, library: string, found: readonly LoadedElf[]): Gap[] {
  if (!user.path.startsWith("/opt/")) return [];
  if (found.length === 0) return [{ kind: "library", user: user.path, library }];
  return found.flatMap((winner) => versionGaps(user, library, winner));
}

function versionGaps(user: LoadedElf, library: string, winner: LoadedElf): Gap[] {
  const has = winner.elf.versionsDefined;
  // A library without any version satisfies the loader, which only mutters.
  if (has.length === 0) return [];
  return user.elf.versionNeeds
    .filter((need) => need.library === library)
    .flatMap((need) => need.versions)
    .filter((version) => !has.includes(version))
    .map((version) => ({ kind: "version", user: user.path, library, version, winner: winner.path, has }));
}
