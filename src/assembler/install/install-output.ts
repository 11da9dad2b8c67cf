import type { InstalledPackage } from "../../packages/build-result.ts";

/** What the installation container said, read. */
export interface InstallReport {
  readonly manager: string;
  readonly system: string;
  /** Version of the image's repositories, e.g. `2023.9.20251110`, or `-`. */
  readonly release: string;
  /** The repository that could not be set up, `kind:name`, with what was said; undefined if all could. */
  readonly unprepared: { readonly name: string; readonly said: string } | undefined;
  /** Repositories that are in use without signatures being checked. */
  readonly unsigned: readonly string[];
  readonly exitCode: number;
  /** The package manager's own words. */
  readonly output: string;
  /** What it said of package scripts that failed, which it does not take for an error. */
  readonly scriptlets: readonly string[];
  /** Requested specs that no repository has. */
  readonly unknown: readonly string[];
  /** Names of the repositories' packages; told only where a requested one is missing. */
  readonly names: readonly string[];
  /** Requested spec -> names of the installed packages that provide it; empty if none does. */
  readonly provided: ReadonlyMap<string, readonly string[]>;
  /** Packages that came after the repositories were set up and that the image has not, sorted by name. */
  readonly added: readonly Added[];
  /** Names of packages that only set up repositories. */
  readonly helpers: readonly string[];
  /** Packages of the image of which another build is there now. */
  readonly replaced: readonly Replaced[];
  /** Names of packages of the image that are gone. */
  readonly erased: readonly string[];
  /** Package -> the paths of its files, with a leading slash. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** Dependencies on one build of another package. */
  readonly exact: readonly Exact[];
  /** Package -> the packages that need it, of all that are installed. */
  readonly neededBy: ReadonlyMap<string, readonly string[]>;
  /** The image's own packages by name. */
  readonly image: ReadonlyMap<string, Rpm>;
}

/** A package with the name of its source, as rpm says it. */
export type Added = InstalledPackage & Pick<Rpm, "source">;

export interface Replaced {
  readonly name: string;
  /** `[epoch:]version-release.arch` in the image, and now. */
  readonly before: string;
  readonly after: string;
}

export interface Exact {
  readonly user: string;
  readonly needs: string;
  /** `[epoch:]version-release`. */
  readonly build: string;
}

/** What rpm's database says of a package. */
export interface Rpm {
  readonly name: string;
  readonly evra: string;
  readonly license: string;
  readonly source: string;
}

/** Reads the sections of install-script.ts; undefined if the script did not reach its end. */
export function parseInstall(stdout: string, separator: string, specs: readonly string[]): InstallReport | undefined {
  const sections = sectionsOf(stdout, separator);
  const of = (name: string): readonly string[] => sections.get(name) ?? [];
  const code = of("end")[0];
  if (code === undefined) return undefined;

  const provided = new Map<string, string[]>(specs.map((spec) => [spec, []]));
  for (const [spec, name] of columns(of("provided"))) if (name !== undefined) provided.get(spec)?.push(name);
  const requested = new Set([...provided.values()].flat());
  const [before, prepared, after] = [of("before"), of("prepared"), of("after")].map((lines) =>
    lines.flatMap(rpmOf),
  ) as [Rpm[], Rpm[], Rpm[]];
  const unprepared = of("unprepared")[0];
  const files = filesOf(of("files"));
  return {
    manager: of("manager")[0] ?? "none",
    system: of("system")[0] ?? "",
    release: /^[\w.-]{1,40}$/.exec(of("release")[0] ?? "")?.[0] ?? "-",
    unprepared: unprepared === undefined ? undefined : { name: unprepared, said: of("setup").join("\n") },
    unsigned: of("unsigned"),
    exitCode: Number.parseInt(code, 10),
    output: of("output").join("\n"),
    scriptlets: of("output").filter((line) => /scriptlet/i.test(line) && /error|fail/i.test(line)),
    unknown: unknownSpecs(of("output"), of("unknown"), specs),
    names: [...new Set(of("names").flatMap(nameOfListed))],
    provided,
    added: newIn(after, prepared)
      .map((rpm) => ({ ...rpm, repo: repoOf(rpm, of("output")), requested: requested.has(rpm.name) }))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    helpers: newIn(prepared, before).map(({ name }) => name),
    replaced: replacedIn(after, before),
    erased: before.filter((rpm) => !after.some(({ name }) => name === rpm.name)).map(({ name }) => name),
    files,
    exact: columns(of("requires")).flatMap(([user = "", needs = "", flags = "", build = ""]) =>
      flags.trim() === "=" && build !== "" ? [{ user, needs, build }] : [],
    ),
    neededBy: usersOf(of("requires"), of("provides"), files),
    image: new Map(before.map((rpm) => [rpm.name, rpm])),
  };
}

function sectionsOf(stdout: string, separator: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of stdout.split("\n")) {
    if (line.startsWith(`${separator} `)) {
      lines = [];
      sections.set(line.slice(separator.length + 1), lines);
    } else if (line.trim() !== "") lines.push(line);
  }
  return sections;
}

const columns = (lines: readonly string[]): [string, ...(string | undefined)[]][] =>
  lines.map((line) => line.split("\t") as [string, ...(string | undefined)[]]);

function rpmOf(line: string): Rpm[] {
  const [name, evra, license, source] = line.split("\t");
  // Keys that were imported to check signatures stand in the database like packages.
  return name === undefined || evra === undefined || name === "gpg-pubkey"
    ? []
    : [{ name, evra, license: license ?? "", source: source ?? "" }];
}

const newIn = (now: readonly Rpm[], before: readonly Rpm[]): Rpm[] => {
  const known = new Set(before.map(({ name, evra }) => `${name}-${evra}`));
  return now.filter(({ name, evra }) => !known.has(`${name}-${evra}`));
};

const replacedIn = (now: readonly Rpm[], before: readonly Rpm[]): Replaced[] =>
  before.flatMap(({ name, evra }) => {
    const builds = now.filter((rpm) => rpm.name === name);
    const other = builds.some((rpm) => rpm.evra === evra) ? undefined : builds[0];
    return other === undefined ? [] : [{ name, before: evra, after: other.evra }];
  });

function filesOf(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>();
  for (const [name, path] of columns(lines)) {
    if (path === undefined) continue;
    const own = files.get(name) ?? [];
    own.push(path);
    files.set(name, own);
  }
  return files;
}

/** Who needs which package, by what they require and what packages provide; files are provided by being there. */
function usersOf(
  requires: readonly string[],
  provides: readonly string[],
  files: InstallReport["files"],
): ReadonlyMap<string, readonly string[]> {
  const providers = new Map<string, string>();
  for (const [name, capability = ""] of columns(provides))
    if (!providers.has(capability)) providers.set(capability, name);
  const owners = new Map<string, string>();
  for (const [name, paths] of files) for (const path of paths) owners.set(path, name);
  const users = new Map<string, Set<string>>();
  for (const [user, capability = ""] of columns(requires)) {
    const provider = capability.startsWith("/") ? owners.get(capability) : providers.get(capability);
    if (provider === undefined || provider === user) continue;
    const own = users.get(provider) ?? new Set();
    own.add(user);
    users.set(provider, own);
  }
  return new Map([...users].map(([name, own]) => [name, [...own].sort()]));
}

/** How microdnf, dnf and yum name packages that they do not know; dnf's summary names several. */
const UNKNOWN = [
  /^(?:error: )?No package matches '(.+)'/,
  /^No match for argument: (\S+)/,
  /^No package (\S+) available/,
  /^error: unable to find a match: (.+)/i,
];

function unknownSpecs(output: readonly string[], found: readonly string[], specs: readonly string[]): string[] {
  const said = output.flatMap((line) => UNKNOWN.flatMap((pattern) => pattern.exec(line.trim())?.[1]?.split(" ") ?? []));
  return specs.filter((spec) => said.includes(spec) || found.includes(spec));
}

/** The name in `name-evr.arch` (microdnf and dnf) or in the first column of `name.arch evr repo` (yum). */
function nameOfListed(line: string): string[] {
  const words = line.trim().split(/\s+/);
  const name =
    words.length === 1 ? /^(.+)-[^-]+-[^-]+$/.exec(words[0] ?? "")?.[1] : /^(.+)\.\w+$/.exec(words[0] ?? "")?.[1];
  return name === undefined || !/^[\w.+-]+$/.test(name) ? [] : [name];
}

/** The repository from the transaction's table: `name-evra repo size` (microdnf) or `name arch evr repo size`. */
function repoOf({ name, evra }: Rpm, output: readonly string[]): string {
  const dot = evra.lastIndexOf(".");
  const [evr, arch] = [evra.slice(0, dot), evra.slice(dot + 1)];
  for (const line of output) {
    const words = line.trim().split(/\s+/);
    if (words[0] === `${name}-${evra}` && words.length >= 4) return words[1] as string;
    if (words[0] === name && words[1] === arch && words[2] === evr && words[3] !== undefined) return words[3];
  }
  return "-";
}
