import { oneLine, type Problem } from "../../errors/problem.ts";
import type { RuntimeLayerSpec } from "../../packages/layer-spec.ts";
import { operatingSystem, systemName } from "../../packages/operating-system.ts";
import type { InstallReport } from "./install-output.ts";
import { suggestNames } from "./suggest-name.ts";

const WHERE = "Packages.Runtime";

export const DISK_FULL: Problem = {
  code: "ND143",
  where: "assembler",
  what: "the build host's disk is full",
  todo: "give the build a larger disk (CodeBuild: a larger compute type), then build again",
};

/** What package managers and curl say when a repository does not answer, whatever the language of the rest. */
const NETWORK =
  /curl error|could not resolve|cannot download|failed to download|connection (timed out|refused|reset)|timeout|temporary failure|all mirrors were|network is unreachable|status code: 5\d\d|http error 5\d\d|errno 14|cannot find a valid baseurl/i;

/** What they say when the container's disk is full. */
const NO_SPACE =
  /no space left on device|not enough (free )?space|more space needed|needs \d+\w+ (more space )?on the/i;

/** What they say of a package that is not signed, or not by a key of its repository. */
const SIGNATURE =
  /gpg check failed|is not signed|signature.*(bad|nokey|missing|not ok)|public key.*not (installed|available)|GPG key.*(failed|not)/i;

/** True if trying again may help. */
export const isNetworkTrouble = (report: InstallReport): boolean =>
  NETWORK.test(report.unprepared?.said ?? "") ||
  (report.exitCode !== 0 &&
    report.unknown.length === 0 &&
    NETWORK.test(report.output) &&
    !SIGNATURE.test(report.output));

/** Why the installation did not give what was asked for; undefined if it did. */
export function installProblem(report: InstallReport, spec: RuntimeLayerSpec): Problem | undefined {
  if (report.exitCode !== 0 && NO_SPACE.test(report.output)) return DISK_FULL;
  return (
    unknownProblem(report, spec) ??
    networkProblem(report) ??
    repositoryProblem(report) ??
    managerProblem(report, spec) ??
    baseProblem(report)
  );
}

function networkProblem(report: InstallReport): Problem | undefined {
  if (!isNetworkTrouble(report)) return undefined;
  return {
    code: "ND105",
    where: WHERE,
    what: `the package repositories did not answer: ${lastWords(report.unprepared?.said ?? report.output)}`,
    todo: "deploy again; if it stays so, see whether the build can reach the repositories",
  };
}

function repositoryProblem({ unprepared, unsigned }: InstallReport): Problem | undefined {
  if (unprepared !== undefined) {
    const what = `the repository cannot be set up: ${lastWords(unprepared.said)}`;
    const where = `Packages.Repositories: ${unprepared.name}`;
    return { code: "ND108", where, what, todo: "see whether the repository, or the topic of extras, is called so" };
  }
  if (unsigned.length === 0) return undefined;
  return {
    code: "ND116",
    where: "Packages.Repositories",
    what: `${listed(unsigned)} ${unsigned.length > 1 ? "are repositories" : "is a repository"} whose packages are not checked for signatures`,
    todo: "use repositories that sign their packages",
  };
}

/** What the package manager refused. */
function managerProblem(report: InstallReport, spec: RuntimeLayerSpec): Problem | undefined {
  if (report.exitCode === 0) return undefined;
  if (SIGNATURE.test(report.output)) {
    const what = `a package is not signed as its repository says: ${lastWords(report.output)}`;
    const todo = "tell who runs the repository; nothing that cannot be checked is installed";
    return { code: "ND116", where: WHERE, what, todo };
  }
  const conflict = CONFLICT.exec(report.output.replace(/\s+/g, " "));
  if (conflict !== null) {
    // Which of the two is told first differs.
    const two = [nameOf(conflict[1] as string), nameOf(conflict[2] as string)];
    const [wanted, held] = report.image.has(two[0] as string) ? two.toReversed() : two;
    const what = `"${wanted}" conflicts with "${held}", which Lambda's image has and keeps`;
    return {
      code: "ND106",
      where: WHERE,
      what,
      todo: "ask for the package that fits beside it, or only for its libraries",
    };
  }
  return {
    code: "ND106",
    where: WHERE,
    what: `${report.manager} could not install ${listed(spec.packages)}: ${lastWords(report.output)}`,
    todo: "ask for packages that can be installed together with those of the Lambda image",
  };
}

/** How libdnf and yum put it; the second name is what the first conflicts with. */
const CONFLICT =
  /(?:package )?([\w.+:~^-]+)(?: from \S+)? conflicts with (?:[^ ]+ provided by |file from package )?([\w.+:~^-]+)/i;

/** The name in `name-version-release.arch`; what has no such form is a name already. */
const nameOf = (nevra: string): string => /^(.+?)-(?:\d+:)?[^-]+-[^-]+\.\w+$/.exec(nevra)?.[1] ?? nevra;

/** What would need other packages of the image than Lambda has. */
function baseProblem({ erased, replaced, exact, added, release, manager }: InstallReport): Problem | undefined {
  if (erased.length > 0) {
    const what = `${manager} removed ${listed(erased)}, which Lambda's image has and keeps`;
    return {
      code: "ND117",
      where: WHERE,
      what,
      todo: "ask for packages that can be installed beside those of the image",
    };
  }
  const others = new Map(replaced.map((one) => [one.name, one]));
  const fresh = new Set(added.map(({ name }) => name).filter((name) => !others.has(name)));
  for (const { user, needs, build } of exact) {
    const other = others.get(needs.replace(/\(.*\)$/, ""));
    if (other === undefined || !fresh.has(user) || withoutArch(other.after) !== build) continue;
    const what = `"${user}" needs exactly ${other.name} ${build}, and Lambda has ${withoutArch(other.before)}`;
    const todo = `use the release of the image (${release}), or a build of "${user}" that fits`;
    return { code: "ND118", where: WHERE, what, todo };
  }
  return undefined;
}

const withoutArch = (evra: string): string => evra.replace(/\.\w+$/, "");

function unknownProblem(report: InstallReport, spec: RuntimeLayerSpec): Problem | undefined {
  const unverified = spec.packages.filter((name) => report.provided.get(name)?.length === 0);
  const names = report.unknown.length > 0 ? report.unknown : report.exitCode === 0 ? unverified : [];
  if (names.length === 0) return undefined;
  const os = operatingSystem(spec.runtime);
  const system = os === undefined ? report.system || "this system" : systemName(os);
  const meant = os === undefined ? [] : [...new Set(names.flatMap((name) => suggestNames(name, os, report.names)))];
  const what = names.length > 1 ? "are not packages of" : "is not a package of";
  const todo =
    meant.length > 0
      ? `did you mean ${listed(meant)}?`
      : `look the name up with \`${os === "al2" ? "yum" : "dnf"} search\` in ${system}`;
  return { code: "ND104", where: WHERE, what: `${listed(names)} ${what} ${system}`, todo };
}

const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

/** The last lines that say something, short enough for one line of an error. */
function lastWords(output: string): string {
  const lines = output.split("\n").filter((line) => /\S/.test(line) && !/^\s*error:\s*$/i.test(line));
  const errors = lines.filter((line) =>
    /error|conflict|fail|problem|nothing provides|not signed|not installed/i.test(line),
  );
  return oneLine((errors.length > 0 ? errors : lines).slice(-3).join("; ")).slice(0, 500);
}
