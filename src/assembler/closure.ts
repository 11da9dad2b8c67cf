import { type Problem, ProblemError } from "../errors/problem.ts";
import type { RuntimeLayerSpec } from "../packages/layer-spec.ts";
import { DamagedElf } from "./elf-source.ts";
import type { LoadedElf, Loader } from "./loader.ts";
import { inByteOrder, type LayerTree } from "./tree.ts";

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
 * order, with every symbol version that it needs of it.
 *
 * @returns warnings
 * @throws ProblemError that says who needs what
 */
export function checkClosure(layer: LayerTree, loader: Loader, { runtime, arch }: RuntimeLayerSpec): string[] {
  const warnings: string[] = [];
  const gaps: Gap[] = [];
  for (const entry of inByteOrder(layer)) {
    if (entry.kind === "link") continue;
    try {
      const user = loader.elfAt(`/opt/${entry.path}`);
      if (user === undefined) continue;
      if (user.elf.machine === arch) gaps.push(...gapsOf(user, loader));
      else warnings.push(`/opt/${entry.path} is made for another machine than ${arch}`);
    } catch (failure) {
      if (!(failure instanceof DamagedElf)) throw failure;
      warnings.push(`/opt/${entry.path} is a damaged ELF file (${failure.message}): left as it is`);
    }
  }
  if (gaps.length > 0) throw new ProblemError(problemOfGaps(gaps, runtime));
  return warnings;
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

function problemOfGaps(gaps: readonly Gap[], runtime: string): Problem {
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
        ? `add the package that \`dnf provides ${provides.join(" ")}\` names to Runtime`
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
