import type { Problem } from "../errors/problem.ts";
import { layerPathFault } from "../packages/layer-path.ts";
import { specFault } from "../packages/package-set.ts";
import { DATED_RELEASE } from "../packages/release.ts";
import { intrinsicName, isIntrinsic } from "./intrinsics.ts";
import { isObject } from "./json.ts";
import { mentionsLoop } from "./resources.ts";
import { blockKeyProblem, isBlockKey } from "./wrong-keys.ts";

/** A `Packages` block as written, its shape checked. */
export interface PackagesBlock {
  readonly build: readonly string[];
  readonly runtime: readonly string[];
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  readonly release: string | null;
}

/** What reading a block needs besides its place: the loops around it, and where mistakes go. */
interface Reading {
  readonly loops: readonly string[];
  readonly problems: Problem[];
}

const EMPTY_BLOCK: PackagesBlock = { build: [], runtime: [], keep: [], drop: [], release: null };

interface Item {
  readonly text: string;
  readonly where: string;
}

function notText(value: unknown, where: string): Problem {
  const code = "ND001";
  if (value === null) return { code, where, what: "is empty", todo: "write a name there, or remove the hyphen" };
  if (isIntrinsic(value)) {
    const todo = "write plain strings: `sam build` works out functions in Metadata with wrong values";
    return { code, where, what: `is left to ${intrinsicName(value)}`, todo };
  }
  if (isObject(value)) return { code, where, what: "is a mapping", todo: "write plain strings, one to a line" };
  return { code, where, what: `is the ${typeof value} ${value}`, todo: "put it in quotes if a package is called so" };
}

/** A list of strings; a single string is a list of one, lists in lists are one list, nothing is an empty one. */
function strings(value: unknown, where: string, { loops, problems }: Reading): readonly Item[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => strings(item ?? null, `${where}[${i}]`, { loops, problems }));
  }
  if (typeof value !== "string") {
    problems.push(notText(value, where));
    return [];
  }
  if (!mentionsLoop(value, loops)) return [{ text: value, where }];
  const todo = "write a function of its own for each package set, outside the loop";
  problems.push({ code: "ND013", where, what: "depends on the variable of an Fn::ForEach", todo });
  return [];
}

/** What one kind of list may hold, and what is said where it holds something else. */
interface ListKind {
  readonly code: string;
  readonly fault: (text: string) => string | undefined;
  readonly todo: string;
}

const PACKAGE_NAMES: ListKind = {
  code: "ND002",
  fault: specFault,
  todo: "name a package as `dnf install` takes it, for instance mysql-libs or libpq-15.8",
};

const LAYER_PATHS: ListKind = {
  code: "ND001",
  fault: layerPathFault,
  todo: "write it relative to /opt, for instance share/doc/x/LICENSE",
};

function listOf({ code, fault, todo }: ListKind, value: unknown, where: string, reading: Reading): readonly string[] {
  return strings(value, where, reading).map((item) => {
    const wrong = fault(item.text);
    const what = `"${item.text.slice(0, 60)}" ${wrong}`;
    if (wrong !== undefined) reading.problems.push({ code, where: item.where, what, todo });
    return item.text;
  });
}

function releaseOf(value: unknown, where: string, { problems }: Reading): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" && DATED_RELEASE.test(value)) return value;
  const todo = "write it like 2023.9.20251110, in quotes";
  problems.push({ code: "ND003", where, what: "is not a dated release of Amazon Linux 2023", todo });
  return null;
}

/** Reads one `Packages` block, adding to `problems` what is wrong with it. */
export function readPackagesBlock(
  value: unknown,
  where: string,
  problems: Problem[],
  loops: readonly string[] = [],
): PackagesBlock {
  if (!isObject(value) || isIntrinsic(value)) {
    const what = isIntrinsic(value) ? `is left to ${intrinsicName(value)}` : "is not a block of packages";
    problems.push({ code: "ND001", where, what, todo: "write `Runtime: [mysql-libs]` under it, or false to opt out" });
    return EMPTY_BLOCK;
  }
  for (const key of Object.keys(value)) if (!isBlockKey(key)) problems.push(blockKeyProblem(where, key));
  const reading = { loops, problems };
  return {
    build: listOf(PACKAGE_NAMES, value.Build ?? undefined, `${where}.Build`, reading),
    runtime: listOf(PACKAGE_NAMES, value.Runtime ?? undefined, `${where}.Runtime`, reading),
    keep: listOf(LAYER_PATHS, value.Keep ?? undefined, `${where}.Keep`, reading),
    drop: listOf(LAYER_PATHS, value.Drop ?? undefined, `${where}.Drop`, reading),
    release: releaseOf(value.Release, `${where}.Release`, reading),
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
