import { posix } from "node:path";
import { type Problem, ProblemError } from "../../errors/problem.ts";
import type { RuntimeLayerSpec } from "../../packages/layer-spec.ts";
import { inByteOrder, type LayerTree } from "../tree.ts";
import { DamagedElf } from "./elf-source.ts";
import { type Split, splitGroups } from "./groups.ts";
import type { LoadedElf, Loader } from "./loader.ts";
import { type Gap, loadProcess } from "./process.ts";

const SHOWN = 5;

/** Libraries that neither the layer nor Lambda has; a repository may. */
export class MissingLibraries extends ProblemError {
  constructor(
    problem: Problem,
    readonly libraries: readonly string[],
  ) {
    super(problem);
  }
}

export interface Closure {
  readonly layer: LayerTree;
  readonly loader: Loader;
  readonly spec: RuntimeLayerSpec;
  /** True for a path below /opt whose file is the image's own copy. */
  readonly isImages: (path: string) => boolean;
}

/**
 * Checks that every library which a program or library of this layer needs is found on Lambda, in the loader's own
 * order, with every symbol version that it needs of it. What lies in a folder of its own is judged as part of what loads
 * it, if that lacks nothing: the RPATH of its program may serve it. A library that lies in a folder of this layer which the loader
 * does not search is only warned of: libjava.so needs libjvm.so, and `java` has loaded it before.
 *
 * @returns warnings
 * @throws ProblemError that says who needs what; {@link MissingLibraries} if it is whole libraries
 */
export function checkClosure({ layer, loader, spec, isImages }: Closure): string[] {
  const { objects, warnings } = objectsOf(layer, loader, spec);
  const elsewhere = byName(objects);
  const isElsewhere = (gap: Gap): boolean => gap.kind === "library" && elsewhere.has(gap.library);
  const processes = objects.map((object) => ({ object, ...loadProcess(object, loader) }));
  const served = new Set(
    processes.flatMap(({ objects, gaps }) => (gaps.length > 0 ? [] : objects.slice(1))).map(pathOf),
  );
  const isServed = (path: string): boolean => served.has(path) && !isCalled(path.replace(/^\/opt\//, ""));
  const gaps = processes.flatMap(({ object, gaps }) => (isServed(object.path) ? [] : gaps));
  const missing = gaps.filter((gap) => !isElsewhere(gap));
  if (missing.length > 0) throw problemOfGaps(missing, spec);
  for (const { object, objects } of processes) {
    const [split] = splitGroups(objects, isImages);
    if (split !== undefined) throw new ProblemError(problemOfSplit(object, split, spec));
  }
  return [...warnings, ...warningsOf(gaps.filter(isElsewhere), elsewhere)];
}

/** Everything in the layer that the loader could load, and what is said of what it could not. */
function objectsOf(layer: LayerTree, loader: Loader, spec: RuntimeLayerSpec) {
  const warnings: string[] = [];
  const objects: LoadedElf[] = [];
  for (const entry of inByteOrder(layer.values())) {
    if (entry.kind === "link") continue;
    try {
      const object = loader.elfAt(`/opt/${entry.path}`);
      if (object === undefined) continue;
      if (object.elf.machine === spec.arch) objects.push(object);
      else if (isCalled(entry.path)) throw new ProblemError(wrongMachine(object, spec));
      else warnings.push(`/opt/${entry.path} is made for another machine than ${spec.arch}`);
    } catch (failure) {
      if (!(failure instanceof DamagedElf)) throw failure;
      warnings.push(`/opt/${entry.path} is a damaged ELF file (${failure.message}): left as it is`);
    }
  }
  return { objects, warnings };
}

/** In the folders that Lambda searches, a file is there to be loaded or run. */
const isCalled = (path: string): boolean => ["bin", "lib"].includes(posix.dirname(path));

const wrongMachine = ({ path, elf }: LoadedElf, { runtime, arch }: RuntimeLayerSpec): Problem => ({
  code: "ND122",
  where: "Packages.Runtime",
  what: `on ${runtime}, ${path} is made for ${elf.machine === "other" ? "another machine" : elf.machine}, and the function runs on ${arch}`,
  todo: "ask for the package of that architecture, without one in its name",
});

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
    const users = [...new Set(gaps.filter((gap) => gap.library === library).map((gap) => gap.user))];
    const more = users.length > 1 ? ` (and ${users.length - 1} more)` : "";
    const folder = posix.dirname(elsewhere.get(library) as string);
    return `${users[0]}${more} needs ${library}, found only in ${folder}, which the loader does not search: loaded by its own program first?`;
  });
}

function problemOfSplit({ path }: LoadedElf, { group, paths }: Split, { runtime }: RuntimeLayerSpec): Problem {
  const what = `on ${runtime}, ${path} would load ${group} from two sides (${paths.join(", ")}), which do not fit together`;
  const todo = "use the release of the image, or packages that leave this library to Lambda";
  return { code: "ND123", where: "Packages.Runtime", what, todo };
}

function problemOfGaps(gaps: readonly Gap[], { runtime, drop }: RuntimeLayerSpec): ProblemError {
  const texts = [...new Set(gaps.map(textOf))];
  const more = texts.length > SHOWN ? `, and ${texts.length - SHOWN} more` : "";
  const isBroken = gaps.some((gap) => gap.kind === "broken");
  const libraries = [...new Set(gaps.filter((gap) => gap.kind === "library").map((gap) => gap.library))];
  const where = "Packages.Runtime";
  const what = `on ${runtime}, ${texts.slice(0, SHOWN).join("; ")}${more}`;
  if (libraries.length === 0 && isBroken) {
    return new ProblemError({ code: "ND124", where, what, todo: "leave that file out with Drop" });
  }
  if (libraries.length === 0) {
    const todo = "ask for an older version of the package (name-version), or use a runtime whose own copy is newer";
    return new ProblemError({ code: "ND121", where, what, todo });
  }
  const provides = libraries.slice(0, SHOWN).map((library) => `"${provideOf(library)}"`);
  const dropped = drop.length > 0 ? ", or see that Drop leaves it in" : "";
  const todo = `add the package that \`dnf provides ${provides.join(" ")}\` names to Runtime${dropped}`;
  return new MissingLibraries({ code: "ND120", where, what, todo }, libraries);
}

/** How a package says that it holds a library. */
export const provideOf = (library: string): string => `${library}()(64bit)`;

function textOf(gap: Gap): string {
  if (gap.kind === "library") return `${gap.user} needs ${gap.library}, which neither the layer nor Lambda has`;
  if (gap.kind === "broken") {
    return `${gap.user} needs ${gap.library}, but the loader gives up at ${gap.path}, which is no library or a damaged one`;
  }
  const family = gap.version.replace(/[\d.]*$/, "");
  const newest = gap.has
    .filter((version) => version.replace(/[\d.]*$/, "") === family)
    .sort(byNumbers)
    .at(-1);
  const upTo = newest === undefined ? "lacks it" : `has none newer than ${newest}`;
  return `${gap.user} needs ${gap.version} of ${gap.library}, but ${gap.winner}, which the loader takes, ${upTo}`;
}

const pathOf = ({ path }: LoadedElf): string => path;
const byNumbers = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });
