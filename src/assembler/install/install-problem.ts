import { oneLine, type Problem } from "../../errors/problem.ts";
import type { RuntimeLayerSpec } from "../../packages/layer-spec.ts";
import { operatingSystem, systemName } from "../../packages/operating-system.ts";
import type { InstallReport } from "./install-output.ts";
import { suggestName } from "./suggest-name.ts";

const WHERE = "Packages.Runtime";

/** What package managers and curl say when a repository does not answer, whatever the language of the rest. */
const NETWORK =
  /curl error|could not resolve|cannot download|failed to download|connection (timed out|refused|reset)|timeout|temporary failure|all mirrors were|network is unreachable|status code: 5\d\d|http error 5\d\d|errno 14|cannot find a valid baseurl/i;

/** True if trying again may help. */
export const isNetworkTrouble = (report: InstallReport): boolean =>
  report.exitCode !== 0 && report.unknown.length === 0 && NETWORK.test(report.output);

/** Why the installation did not give what was asked for; undefined if it did. */
export function installProblem(report: InstallReport, spec: RuntimeLayerSpec): Problem | undefined {
  if (report.unknown.length > 0) return unknownPackages(report.unknown, spec, report.system);
  if (isNetworkTrouble(report)) {
    return {
      code: "ND105",
      where: WHERE,
      what: `the package repositories did not answer: ${lastWords(report.output)}`,
      todo: "deploy again; if it stays so, see whether the build can reach the repositories of the image",
    };
  }
  if (report.exitCode !== 0) {
    return {
      code: "ND106",
      where: WHERE,
      what: `${report.manager} could not install ${listed(spec.packages)}: ${lastWords(report.output)}`,
      todo: "ask for packages that can be installed together with those of the Lambda image",
    };
  }
  const absent = spec.packages.filter((name) => report.provided.get(name)?.length === 0);
  if (absent.length > 0) return unknownPackages(absent, spec, report.system);
  const fresh = new Set(report.added.map((rpm) => rpm.name));
  if (spec.packages.every((name) => !report.provided.get(name)?.some((rpm) => fresh.has(rpm)))) {
    return {
      code: "ND107",
      where: WHERE,
      what: `${listed(spec.packages)} ${spec.packages.length > 1 ? "are" : "is"} already in Lambda's image: nothing to add`,
      todo: "remove the name from Runtime",
    };
  }
  return undefined;
}

/** Requested packages that the image has already, next to others that it has not. */
export function alreadyThere(report: InstallReport): string[] {
  const fresh = new Set(report.added.map((rpm) => rpm.name));
  return [...report.provided].filter(([, names]) => !names.some((name) => fresh.has(name))).map(([spec]) => spec);
}

function unknownPackages(names: readonly string[], spec: RuntimeLayerSpec, imageSystem: string): Problem {
  const os = operatingSystem(spec.runtime);
  const system = os === undefined ? imageSystem || "this system" : systemName(os);
  const meant = os === undefined ? [] : names.flatMap((name) => suggestName(name, os) ?? []);
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
  const errors = lines.filter((line) => /error|conflict|fail|problem|nothing provides/i.test(line));
  return oneLine((errors.length > 0 ? errors : lines).slice(-3).join("; ")).slice(0, 500);
}
