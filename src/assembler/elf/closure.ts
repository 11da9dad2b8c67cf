import { posix } from "node:path";
import { type Problem, ProblemError } from "../../errors/problem.ts";
import type { RuntimeLayerSpec } from "../../packages/layer-spec.ts";
import { inByteOrder, type LayerTree } from "../tree.ts";
import { DamagedElf } from "./elf-source.ts";
import type { LoadedElf, Loader } from "./loader.ts";

const SHOWN = 5;

/** What a layer needs and nobody has. */
type Gap =
  | { readonly kind: "library"; readonly user: string; readonly library: string }
  | {
      readonly kind: "version";
      readonly user: string;
      readonly library: string;
      readonly version: string;
      readonly winner: string;
      readonly has: readonly string[];
    };

/**
 * Checks that every library which a program or library of this layer needs is found on Lambda, in the loader's own
 * order, with every symbol version that it needs of it. A library that lies in a folder of this layer which the loader
 * does not search is only warned of: libjava.so needs libjvm.so, and `java` has loaded it before.
 *
 * @returns warnings
 * @throws ProblemError that says who needs what
 */
export function checkClosure(layer: LayerTree, loader: Loader, spec: RuntimeLayerSpec): string[] {
  const warnings: string[] = [];
  const users: LoadedElf[] = [];
  for (const entry of inByteOrder(layer)) {
    if (entry.kind === "link") continue;
    try {
      const user = loader.elfAt(`/opt/${entry.path}`);
      if (user === undefined) continue;
      if (user.elf.machine === spec.arch) users.push(user);
      else warnings.push(`/opt/${entry.path} is made for another machine than ${spec.arch}`);
    } catch (failure) {
      if (!(failure instanceof DamagedElf)) throw failure;
      warnings.push(`/opt/${entry.path} is a damaged ELF file (${failure.message}): left as it is`);
    }
  }

  const elsewhere = byName(users);
  const isElsewhere = (gap: Gap): boolean => gap.kind === "library" && elsewhere.has(gap.library);
  const gaps = users.flatMap((user) => gapsOf(user, loader));
  const missing = gaps.filter((gap) => !isElsewhere(gap));
  if (missing.length > 0) throw new ProblemError(problemOfGaps(missing, spec));
  return [...warnings, ...warningsOf(gaps.filter(isElsewhere), elsewhere)];
}

/**
 * The first path of each library of this layer, by file name and by the name that it answers to once it is loaded.
 * What lies in /opt/lib is searched by everyone: what is not found there lacks its link, and nobody loads it before.
 */
function byName(libraries: readonly LoadedElf[]): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const { path, elf } of libraries) {
    if (posix.dirname(path) === "/opt/lib") continue;
    for (const name of [posix.basename(path), elf.soname]) {
      if (name !== undefined && !paths.has(name)) paths.set(name, path);
    }
  }
  return paths;
}

/** One for each library. */
function warningsOf(gaps: readonly Gap[], elsewhere: ReadonlyMap<string, string>): string[] {
  return [...new Set(gaps.map((gap) => gap.library))].map((library) => {
    const [first, ...others] = gaps.filter((gap) => gap.library === library).map((gap) => gap.user);
    const more = others.length > 0 ? ` (and ${others.length} more)` : "";
    const folder = posix.dirname(elsewhere.get(library) as string);
    return `${first}${more} needs ${library}, found only in ${folder}, which the loader does not search: loaded by its own program first?`;
  });
}

function gapsOf(user: LoadedElf, loader: Loader): Gap[] {
  return user.elf.needed.flatMap((library): Gap[] => {
    const found = loader.resolve(user, library);
    if (found === undefined) return [{ kind: "library", user: user.path, library }];
    const has = found.elf.versionsDefined;
    // A library without any version satisfies the loader, which only mutters.
    if (has.length === 0) return [];
    return user.elf.versionNeeds
      .filter((need) => need.library === library)
      .flatMap((need) => need.versions)
      .filter((version) => !has.includes(version))
      .map((version) => ({ kind: "version", user: user.path, library, version, winner: found.path, has }));
  });
}

function problemOfGaps(gaps: readonly Gap[], { runtime, drop }: RuntimeLayerSpec): Problem {
  const texts = [...new Set(gaps.map(textOf))];
  const more = texts.length > SHOWN ? `, and ${texts.length - SHOWN} more` : "";
  const libraries = [...new Set(gaps.filter((gap) => gap.kind === "library").map((gap) => gap.library))];
  const provides = libraries.slice(0, SHOWN).map((library) => `"${library}()(64bit)"`);
  return {
    code: libraries.length > 0 ? "ND120" : "ND121",
    where: "Packages.Runtime",
    what: `on ${runtime}, ${texts.slice(0, SHOWN).join("; ")}${more}`,
    todo:
      libraries.length > 0
        ? `add the package that \`dnf provides ${provides.join(" ")}\` names to Runtime${drop.length > 0 ? ", or see that Drop leaves it in" : ""}`
        : "ask for an older version of the package (name-version), or use a runtime whose own copy is newer",
  };
}

function textOf(gap: Gap): string {
  if (gap.kind === "library") return `${gap.user} needs ${gap.library}, which neither the layer nor Lambda has`;
  const family = gap.version.replace(/[\d.]*$/, "");
  const newest = gap.has
    .filter((version) => version.replace(/[\d.]*$/, "") === family)
    .sort(byNumbers)
    .at(-1);
  const upTo = newest === undefined ? "lacks it" : `has none newer than ${newest}`;
  return `${gap.user} needs ${gap.version} of ${gap.library}, but ${gap.winner}, which the loader takes, ${upTo}`;
}

const byNumbers = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });
