import * as v from "valibot";
import type { Problem } from "../errors/problem.ts";
import type { Repository } from "../packages/layer-spec.ts";
import { intrinsicName, isIntrinsic } from "./intrinsics.ts";
import { isObject } from "./json.ts";
import { BLOCK_KEYS, blockSchema } from "./packages-schema.ts";
import { type Loop, mentionsLoop } from "./resources.ts";
import { blockKeyProblem } from "./wrong-keys.ts";

/** A `Packages` block as written, checked. */
export interface PackagesBlock {
  readonly build: readonly string[];
  readonly runtime: readonly string[];
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  readonly release: string | null;
  /** undefined: it names none, so that the default's count. */
  readonly repositories: readonly Repository[] | undefined;
}

const EMPTY_BLOCK: PackagesBlock = {
  ...{ build: [], runtime: [], keep: [], drop: [] },
  ...{ release: null, repositories: undefined },
};

/** What is said of a text that its grammar refuses, by the key it stands under. */
const FAULTS: Readonly<Record<string, Pick<Problem, "code" | "todo">>> = {
  Release: { code: "ND003", todo: "write it like 2023.9.20251110, in quotes" },
  Keep: { code: "ND001", todo: "write it relative to /opt, for instance share/doc/x/LICENSE" },
  Drop: { code: "ND001", todo: "write it relative to /opt, for instance share/doc/x/LICENSE" },
};
const NAME_FAULT = {
  code: "ND002",
  todo: "name a package as `dnf install` takes it, for instance mysql-libs or libpq-15.8",
};

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

/** A place in a block as a person reads it: `Packages.Runtime[1]`. */
const pathOf = (where: string, path: readonly { readonly key: unknown }[]): string =>
  path.reduce((text, { key }) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${key}`), where);

/** What is wrong with a repository, or with what one is described by. */
function repositoryProblem({ input, type, message }: v.BaseIssue<unknown>, where: string): Problem {
  if (isIntrinsic(input)) return notText(input, where);
  const todo =
    "write spal (Amazon Linux 2023), epel or extras:NAME (Amazon Linux 2), or {Id, BaseUrl, GpgKey, Fingerprint}";
  const key = input === undefined ? "is missing" : "is not something that a repository can hold";
  const what =
    type === "strict_object" ? key : typeof input === "string" ? `"${input.slice(0, 60)}" ${message}` : "is no text";
  return { code: "ND029", where, what, todo };
}

/** A fault that the schema found, in the user's terms. */
function problemOf(issue: v.BaseIssue<unknown>, where: string, loops: readonly Loop[]): Problem {
  const { input, path = [], message } = issue;
  const place = pathOf(where, path as readonly { readonly key: unknown }[]);
  const key = String(path[0]?.key);
  const { code, todo } = FAULTS[key] ?? NAME_FAULT;
  if (key === "Repositories") return repositoryProblem(issue, place);
  if (key === "Release") return { code, where: place, what: message, todo };
  if (typeof input !== "string") return notText(input, place);
  if (!mentionsLoop(input, loops)) return { code, where: place, what: `"${input.slice(0, 60)}" ${message}`, todo };
  const apart = "write a function of its own for each package set, outside the loop";
  return { code: "ND013", where: place, what: "depends on the variable of an Fn::ForEach", todo: apart };
}

/** All texts of a list, those of lists in it as well; what else is in it has been told by then. */
const textsIn = (list: unknown): readonly string[] =>
  typeof list === "string" ? [list] : Array.isArray(list) ? list.flatMap(textsIn) : [];

/** Of a list that was checked. */
function repositoriesIn(list: unknown): readonly Repository[] | undefined {
  if (list === undefined || list === null) return undefined;
  return Array.isArray(list) ? (list as Repository[]) : [list as Repository];
}

/**
 * Reads one `Packages` block, adding to `problems` what is wrong with it. What can be read of a faulty block is
 * returned, so that its function is looked at for other mistakes.
 */
export function readPackagesBlock(
  value: unknown,
  where: string,
  problems: Problem[],
  loops: readonly Loop[] = [],
): PackagesBlock {
  if (!isObject(value) || isIntrinsic(value)) {
    const what = isIntrinsic(value) ? `is left to ${intrinsicName(value)}` : "is not a block of packages";
    problems.push({
      code: "ND001",
      where,
      what,
      todo: "write `Runtime: [mysql-libs]` under it, or false without quotes to opt out",
    });
    return EMPTY_BLOCK;
  }
  // The schema tells the first unknown key only.
  const unknown = Object.keys(value).filter((key) => !BLOCK_KEYS.includes(key));
  for (const key of unknown) problems.push(blockKeyProblem(where, key));
  const { issues = [] } = v.safeParse(blockSchema, value, { abortPipeEarly: true });
  const told = issues.filter(({ type, path = [] }) => type !== "strict_object" || path.length > 1);
  for (const issue of told) problems.push(problemOf(issue, where, loops));
  return {
    build: textsIn(value.Build),
    runtime: textsIn(value.Runtime),
    keep: textsIn(value.Keep),
    drop: textsIn(value.Drop),
    release: typeof value.Release === "string" ? value.Release : null,
    repositories: issues.length > 0 ? undefined : repositoriesIn(value.Repositories),
  };
}

/** The template's default and the function's own block as one: lists united, release and repositories the function's own. */
export function mergeBlocks(base: PackagesBlock, own: PackagesBlock): PackagesBlock {
  return {
    build: [...base.build, ...own.build],
    runtime: [...base.runtime, ...own.runtime],
    keep: [...base.keep, ...own.keep],
    drop: [...base.drop, ...own.drop],
    release: own.release,
    repositories: own.repositories,
  };
}
