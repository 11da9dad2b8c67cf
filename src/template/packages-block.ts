import type { Problem } from "../errors/problem.ts";
import { layerPathFault } from "../packages/layer-path.ts";
import { specFault } from "../packages/package-set.ts";
import { isObject } from "./json.ts";

/** A `Packages` block as written, its shape checked. */
export interface PackagesBlock {
  readonly build: readonly string[];
  readonly runtime: readonly string[];
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  readonly release: string | null;
}

const EMPTY_BLOCK: PackagesBlock = { build: [], runtime: [], keep: [], drop: [], release: null };

const KEYS = ["Build", "Runtime", "Release", "Keep", "Drop"];

/** The key a person meant, if it differs only in case, a plural or one letter. */
function meant(key: string): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/s$/, "");
  return KEYS.find((k) => plain(k) === plain(key));
}

function unknownKey(where: string, key: string): Problem {
  const guess = meant(key);
  const todo =
    key === "Repositories"
      ? "packages come from the image's own repositories so far; remove it"
      : guess === undefined
        ? `use ${KEYS.join(", ")}`
        : `did you mean ${guess}?`;
  return { code: "ND001", where: `${where}.${key}`, what: "is not something that Packages can hold", todo };
}

/** A list of strings; a single string is a list of one. */
function strings(value: unknown, where: string, problems: Problem[]): readonly string[] {
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((item, index) => {
    if (typeof item === "string") return [item];
    problems.push({
      code: "ND001",
      where: Array.isArray(value) ? `${where}[${index}]` : where,
      what: "is not a literal string",
      todo: "write package names as plain strings; `sam build` would resolve functions in Metadata wrongly",
    });
    return [];
  });
}

function packageNames(value: unknown, where: string, problems: Problem[]): readonly string[] {
  const names = strings(value, where, problems);
  for (const [index, name] of names.entries()) {
    const fault = specFault(name);
    if (fault === undefined) continue;
    problems.push({
      code: "ND002",
      where: `${where}[${index}]`,
      what: `"${name.slice(0, 60)}" ${fault}`,
      todo: "name a package as `dnf install` takes it, for instance mysql-libs or libpq-15.8",
    });
  }
  return names;
}

function paths(value: unknown, where: string, problems: Problem[]): readonly string[] {
  const found = strings(value, where, problems);
  for (const [index, path] of found.entries()) {
    const fault = layerPathFault(path);
    if (fault === undefined) continue;
    problems.push({
      code: "ND001",
      where: `${where}[${index}]`,
      what: `"${path.slice(0, 60)}" ${fault}`,
      todo: "write it relative to /opt, for instance share/doc/x/LICENSE",
    });
  }
  return found;
}

function releaseOf(value: unknown, where: string, problems: Problem[]): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" && /^2023\.\d{1,3}\.\d{8}$/.test(value)) return value;
  problems.push({
    code: "ND003",
    where,
    what: "is not a dated release of Amazon Linux 2023",
    todo: "write it like 2023.9.20251110, in quotes",
  });
  return null;
}

/** Reads one `Packages` block, adding to `problems` what is wrong with it. */
export function readPackagesBlock(value: unknown, where: string, problems: Problem[]): PackagesBlock {
  if (!isObject(value)) {
    problems.push({
      code: "ND001",
      where,
      what: "is not a block of packages",
      todo: "write `Runtime: [mysql-libs]` under it, or false to opt out",
    });
    return EMPTY_BLOCK;
  }
  for (const key of Object.keys(value)) if (!KEYS.includes(key)) problems.push(unknownKey(where, key));
  return {
    build: packageNames(value.Build, `${where}.Build`, problems),
    runtime: packageNames(value.Runtime, `${where}.Runtime`, problems),
    keep: paths(value.Keep, `${where}.Keep`, problems),
    drop: paths(value.Drop, `${where}.Drop`, problems),
    release: releaseOf(value.Release, `${where}.Release`, problems),
  };
}

/** The template's default and the function's own block as one: lists united, the function's release first. */
export function mergeBlocks(base: PackagesBlock, own: PackagesBlock): PackagesBlock {
  return {
    build: [...base.build, ...own.build],
    runtime: [...base.runtime, ...own.runtime],
    keep: [...base.keep, ...own.keep],
    drop: [...base.drop, ...own.drop],
    release: own.release ?? base.release,
  };
}
