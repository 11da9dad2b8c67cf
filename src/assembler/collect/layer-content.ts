import { posix } from "node:path";
import { ProblemError } from "../../errors/problem.ts";
import { readableElf } from "../elf/elf.ts";
import type { InstallReport } from "../install/install-output.ts";
import type { Entry } from "../tree.ts";
import type { ContainerChange } from "./change.ts";
import { collect } from "./collect.ts";
import { isGlibc } from "./glibc.ts";
import { isBelowNotCollected } from "./not-collected.ts";
import { fileOwners } from "./owners.ts";
import { absentOn, type IsAbsent, lambdaProfile } from "./profile.ts";
import type { RootFs } from "./rootfs.ts";

/** What a layer is made of, at its places in the container. */
export interface LayerContent {
  readonly entries: readonly Entry[];
  /** What the runtime has on Lambda without the layer. */
  readonly profile: RootFs;
  readonly installed: RootFs;
  /** Path in the container, without a leading slash -> the package that owns it. */
  readonly owners: ReadonlyMap<string, string>;
  /** Paths of the entries that are the image's own, which real Lambda lacks. */
  readonly fromImage: ReadonlySet<string>;
  readonly warnings: readonly string[];
}

/**
 * Chooses what goes into the layer: what the packages changed; without what Lambda would never take from a layer; with what
 * the image has and Lambda lacks, where it is asked for or needed.
 *
 * @throws ProblemError ND107 if the packages are all there already
 */
export function layerContent(change: ContainerChange, report: InstallReport, runtime: string): LayerContent {
  const { base, installed } = change;
  const isAbsent = absentOn(runtime);
  const profile = lambdaProfile(base, isAbsent);
  const owners = fileOwners(report.files, installed);
  const helpers = new Set(report.helpers);
  const touched = change.touched.filter(({ path }) => !helpers.has(owners.get(path) ?? ""));
  const { useful, useless } = usefulOf(collect({ base, touched }), report, owners, profile);
  const content = new Map(useful.map((entry) => [entry.path, entry]));

  const own = ownOfImage(report, owners, base, isAbsent);
  const added = new Map([...own.entries].filter(([path]) => !content.has(path)));
  for (const entry of added.values()) content.set(entry.path, entry);
  for (const entry of absentlyNeeded([...content.values()], base, isAbsent)) {
    content.set(entry.path, entry);
    added.set(entry.path, entry);
  }
  const there = own.there.map((name) => `"${name}" is in Lambda's image already: nothing added for it`);
  if (content.size === 0 && own.there.length > 0) throw nothingToAdd(own.there);
  return {
    entries: [...content.values()],
    profile,
    installed,
    owners,
    fromImage: new Set(added.keys()),
    warnings: [...there, ...useless],
  };
}

/** The folders in which Lambda's own libraries come before a layer's. */
const BEFORE_LAYER = ["lib64", "usr/lib64"];

const isLibrary = (path: string): boolean => BEFORE_LAYER.includes(posix.dirname(path)) && /\.so(\.|$)/.test(path);

/**
 * A newer build of a library that Lambda has is never loaded, for Lambda's own comes first: neither the file of its name
 * nor the one that answers to it.
 */
function usefulOf(
  entries: readonly Entry[],
  { replaced }: InstallReport,
  owners: ReadonlyMap<string, string>,
  profile: RootFs,
) {
  const newer = new Set(replaced.map(({ name }) => name));
  const isUseless = (entry: Entry): boolean => {
    if (!isLibrary(entry.path) || !newer.has(owners.get(entry.path) ?? "")) return false;
    const names = [posix.basename(entry.path), entry.kind === "file" ? readableElf(entry.source)?.soname : undefined];
    return names.some((name) => name !== undefined && profile.find(`/usr/lib64/${name}`) !== undefined);
  };
  const useless = entries.filter(isUseless);
  const packages = new Set(useless.map(({ path }) => owners.get(path)));
  const told = replaced
    .filter(({ name }) => packages.has(name))
    .map(({ name, before, after }) => `"${name}" came as ${after}, but Lambda's own ${before} is what functions load`);
  return { useful: entries.filter((entry) => !useless.includes(entry)), useless: told };
}

/** The files of requested packages that the image has and Lambda lacks, and the specs for which there is nothing to add. */
function ownOfImage(
  { provided, added, files }: InstallReport,
  owners: ReadonlyMap<string, string>,
  base: RootFs,
  isAbsent: IsAbsent,
) {
  const fresh = new Set(added.map(({ name }) => name));
  const entries = new Map<string, Entry>();
  const there: string[] = [];
  for (const [spec, names] of provided) {
    if (names.some((name) => fresh.has(name))) continue;
    const paths = names.filter((name) => files.has(name)).flatMap((name) => pathsOf(name, owners));
    if (!paths.some((path) => isAbsent(`/${path}`))) there.push(spec);
    else for (const path of paths) for (const entry of entryOfImage(path, base)) entries.set(entry.path, entry);
  }
  return { entries, there };
}

const pathsOf = (name: string, owners: ReadonlyMap<string, string>): string[] =>
  [...owners].flatMap(([path, owner]) => (owner === name ? [path] : []));

/** A file or link of the image as part of a layer; none for folders and what no layer holds. */
function entryOfImage(path: string, base: RootFs): Entry[] {
  if (isBelowNotCollected(path) || isGlibc(path, base)) return [];
  const node = base.find(`/${path}`, "link")?.node;
  if (node?.kind === "link") return [{ kind: "link", path, target: node.target }];
  if (node?.kind !== "file") return [];
  const isProgram = /(^|\/)s?bin\//.test(path) || /\.so(\.|$)/.test(path);
  return [{ kind: "file", path, source: node.host, size: node.size, mode: isProgram ? 0o755 : 0o644 }];
}

/** Libraries of the image that the entries need and that Lambda lacks, with those that these need in turn. */
function absentlyNeeded(entries: readonly Entry[], base: RootFs, isAbsent: IsAbsent): Entry[] {
  const names = new Set(entries.map(({ path }) => posix.basename(path)));
  const found: Entry[] = [];
  const queue = [...entries];
  for (const entry of queue) {
    const needed = entry.kind === "file" ? (readableElf(entry.source)?.needed ?? []) : [];
    for (const name of needed) {
      if (names.has(name)) continue;
      const end = base.find(`/usr/lib64/${name}`);
      if (end === undefined || !isAbsent(end.path)) continue;
      const links = entryOfImage(`usr/lib64/${name}`, base);
      const more = [...links, ...(links[0]?.kind === "link" ? entryOfImage(end.path.slice(1), base) : [])];
      for (const entry of more) names.add(posix.basename(entry.path));
      found.push(...more);
      queue.push(...more);
    }
  }
  return found;
}

function nothingToAdd(specs: readonly string[]): ProblemError {
  const names = specs.map((spec) => `"${spec}"`).join(", ");
  return new ProblemError({
    code: "ND107",
    where: "Packages.Runtime",
    what: `${names} ${specs.length > 1 ? "are" : "is"} already in Lambda's image: nothing to add`,
    todo: "remove the name from Runtime",
  });
}
