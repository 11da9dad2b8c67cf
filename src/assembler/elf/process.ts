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
    }
  /** The loader gives up at a file that is no library. */
  | { readonly kind: "broken"; readonly user: string; readonly library: string; readonly path: string };

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
  const load = (user: ProcessObject, library: string): Gap[] => {
    if (byName.has(library)) return [];
    const found = loader.resolve(user, library);
    if ("broken" in found) return [{ kind: "broken", user: user.path, library, path: found.broken }];
    const last = found.at(-1);
    if (last === undefined) return [{ kind: "library", user: user.path, library }];
    objects.push({ ...last, loader: user });
    for (const name of [library, last.elf.soname]) if (name !== undefined) byName.set(name, found);
    return [];
  };
  for (const user of objects) for (const library of user.elf.needed) gaps.push(...load(user, library));
  // Once all is loaded, as the loader does: a version may be of a library that another object needs.
  gaps.push(...objects.flatMap((user) => versionGaps(user, byName)));
  return { objects, gaps: gaps.filter(({ user }) => user.startsWith("/opt/")) };
}

const versionGaps = (user: LoadedElf, loaded: ReadonlyMap<string, readonly LoadedElf[]>): Gap[] =>
  user.elf.versionNeeds.flatMap(({ library, versions }) =>
    (loaded.get(library) ?? []).flatMap((winner) => {
      const has = winner.elf.versionsDefined;
      // A library without any version satisfies the loader, which only mutters.
      const lacking = has.length === 0 ? [] : versions.filter((version) => !has.includes(version));
      return lacking.map((version): Gap => {
        return { kind: "version", user: user.path, library, version, winner: winner.path, has };
      });
    }),
  );
