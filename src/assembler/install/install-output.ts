import type { InstalledPackage } from "../../packages/build-result.ts";

/** What the installation container said, read. */
export interface InstallReport {
  readonly manager: string;
  readonly system: string;
  /** Version of the image's repositories, e.g. `2023.9.20251110`, or `-`. */
  readonly release: string;
  readonly exitCode: number;
  /** The package manager's own words. */
  readonly output: string;
  /** What it said of package scripts that failed, which it does not take for an error. */
  readonly scriptlets: readonly string[];
  /** Requested specs that no repository has. */
  readonly unknown: readonly string[];
  /** Requested spec -> names of the installed packages that provide it; empty if none does. */
  readonly provided: ReadonlyMap<string, readonly string[]>;
  /** Packages that were not in the image, sorted by name. */
  readonly added: readonly InstalledPackage[];
}

interface Rpm {
  readonly name: string;
  readonly evra: string;
  readonly license: string;
}

/** Reads the sections of install-script.ts; undefined if the script did not reach its end. */
export function parseInstall(stdout: string, separator: string, specs: readonly string[]): InstallReport | undefined {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of stdout.split("\n")) {
    if (line.startsWith(`${separator} `)) {
      lines = [];
      sections.set(line.slice(separator.length + 1), lines);
    } else if (line.trim() !== "") lines.push(line);
  }
  const code = sections.get("end")?.[0];
  if (code === undefined) return undefined;

  const of = (name: string): string[] => sections.get(name) ?? [];
  const provided = new Map<string, string[]>(specs.map((spec) => [spec, []]));
  for (const line of of("provided")) {
    const [spec, name] = line.split("\t");
    if (spec !== undefined && name !== undefined) provided.get(spec)?.push(name);
  }
  const before = new Set(of("before"));
  const requested = new Set([...provided.values()].flat());
  const added = of("after")
    .filter((line) => !before.has(line))
    .flatMap(rpmOf)
    .map((rpm) => ({ ...rpm, repo: repoOf(rpm, of("output")), requested: requested.has(rpm.name) }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return {
    manager: of("manager")[0] ?? "none",
    system: of("system")[0] ?? "",
    release: /^[\w.-]{1,40}$/.exec(of("release")[0] ?? "")?.[0] ?? "-",
    exitCode: Number.parseInt(code, 10),
    output: of("output").join("\n"),
    scriptlets: of("output").filter((line) => /scriptlet/i.test(line) && /error|fail/i.test(line)),
    unknown: unknownSpecs(of("output"), of("unknown"), specs),
    provided,
    added,
  };
}

function rpmOf(line: string): Rpm[] {
  const [name, evra, license] = line.split("\t");
  // Keys that were imported to check signatures stand in the database like packages.
  return name === undefined || evra === undefined || name === "gpg-pubkey"
    ? []
    : [{ name, evra, license: license ?? "" }];
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
