import type { Problem } from "../errors/problem.ts";
import type { Repository } from "../packages/layer-spec.ts";
import { type OperatingSystem, systemName } from "../packages/operating-system.ts";
import { MAX_ITEMS } from "../packages/package-set.ts";
import type { FunctionRequest } from "../packages/plan.ts";
import { repositoryFault } from "../packages/repositories.ts";
import { leavesOf, pair } from "./choice.ts";
import { functionsOf, property, type TemplateFunction } from "./functions.ts";
import { at, type JsonObject } from "./json.ts";
import { outOfReach } from "./out-of-reach.ts";
import { mergeBlocks, type PackagesBlock, readPackagesBlock } from "./packages-block.ts";
import { refusals } from "./refusals.ts";
import { architectureOf, runtimeOf } from "./runtime.ts";
import { resolveValue, type Scope } from "./values.ts";
import { defaultKeyProblems, metadataKeyProblems } from "./wrong-keys.ts";

export interface Requests {
  readonly requests: readonly FunctionRequest[];
  /** Every mistake found, not only the first. */
  readonly problems: readonly Problem[];
  /** What is to be known and is no mistake. */
  readonly warnings: readonly Problem[];
}

export interface ReadOptions {
  readonly parameters?: JsonObject;
  /** Dated release for the functions on Amazon Linux 2023 that name none. */
  readonly release?: string | undefined;
}

const DEFAULT = "Metadata.NativeDeps.Packages";

/** A block with its path, for what is said of it. Its release and repositories are the function's own. */
interface Asked {
  readonly block: PackagesBlock;
  readonly where: string;
}

/** The function's packages with the template's default; undefined if the function does not ask or opts out. */
function askedFor(fn: TemplateFunction, fallback: PackagesBlock | undefined, problems: Problem[]): Asked | undefined {
  const metadata = at(fn.resource, "Metadata");
  problems.push(...metadataKeyProblems(metadata, `${fn.path}.Metadata`));
  const written = at(metadata, "Packages");
  if (written === false) return undefined;
  if (written === undefined || written === null) {
    return fallback && { block: { ...fallback, release: null, repositories: undefined }, where: DEFAULT };
  }
  const where = `${fn.path}.Metadata.Packages`;
  const block = readPackagesBlock(written, where, problems, fn.loops);
  return { block: fallback === undefined ? block : mergeBlocks(fallback, block), where };
}

/** True if the function is a container image whichever way its conditions go, or in one of them. */
const mayBeImage = (fn: TemplateFunction, scope: Scope): boolean =>
  leavesOf(resolveValue(property(fn, "PackageType"), scope)).some(
    ({ value }) => value.known && value.value === "Image",
  );

/** Lists longer than a layer spec may hold, the template's default counted in. */
function tooLong({ block, where }: Asked): readonly Problem[] {
  const lists = { Build: block.build, Runtime: block.runtime, Keep: block.keep, Drop: block.drop };
  return Object.entries(lists).flatMap(([name, list]) => {
    const what = `names ${list.length} items with the template's default, and ${MAX_ITEMS} are allowed`;
    const todo = "split the function, or make a container image of it";
    return list.length > MAX_ITEMS ? [{ code: "ND002", where: `${where}.${name}`, what, todo }] : [];
  });
}

/** More than these are no choice that a person wrote, and each is a layer. */
const MAX_CHOICES = 64;

/** What holds for functions that do not name it themselves, as far as their system has it. */
interface Fallback {
  readonly release: string | null;
  readonly repositories: readonly Repository[];
}

/** The release on a system, and what is wrong with it. */
function releaseOn(
  os: OperatingSystem,
  { block, where }: Asked,
  fallback: Fallback,
  problems: Problem[],
): string | null {
  if (block.release === null) return os === "al2" ? null : fallback.release;
  if (os === "al2") {
    const what = "names a dated release, which Amazon Linux 2 has not";
    const todo = "remove it, or move to a runtime of Amazon Linux 2023";
    problems.push({ code: "ND003", where: `${where}.Release`, what, todo });
  }
  return block.release;
}

/** The same of the repositories. */
function repositoriesOn(os: OperatingSystem, { block, where }: Asked, fallback: Fallback, problems: Problem[]) {
  if (block.repositories === undefined)
    return fallback.repositories.filter((r) => repositoryFault(r, os) === undefined);
  for (const [i, repository] of block.repositories.entries()) {
    const fault = repositoryFault(repository, os);
    if (fault === undefined) continue;
    const what = `${fault}, and the function runs on ${systemName(os)}`;
    problems.push({ code: "ND029", where: `${where}.Repositories[${i}]`, what, todo: "remove it" });
  }
  return block.repositories;
}

/** What a function asks for, one for each way its conditions can go. */
function requestsOf(
  fn: TemplateFunction,
  asked: Asked,
  scope: Scope,
  fallback: Fallback,
  problems: Problem[],
): readonly FunctionRequest[] {
  const { block, where } = asked;
  problems.push(...tooLong(asked));
  const runtime = runtimeOf(fn, scope, problems);
  const arch = architectureOf(fn, scope, problems);
  if (runtime === undefined || arch === undefined) return [];
  const choices = leavesOf(pair(runtime, arch));
  if (choices.length > MAX_CHOICES) {
    const what = `is decided between ${choices.length} branches, and ${MAX_CHOICES} are looked at`;
    const todo = "write a function of its own for some of them";
    problems.push({ code: "ND004", where: `${fn.path}.Properties.Runtime`, what, todo });
    return [];
  }
  const { build, runtime: packages, keep, drop } = block;
  return choices.map(({ when, value: [{ runtime, os }, arch] }) => ({
    ...{ path: fn.path, block: where, when, runtime, os, arch, build, packages, keep, drop },
    release: releaseOn(os, asked, fallback, problems),
    repositories: repositoriesOn(os, asked, fallback, problems),
  }));
}

function imageProblem(fn: TemplateFunction): Problem {
  const what = "belongs to a function made from a container image, which takes no layers";
  const todo = "install the packages in its Dockerfile";
  return { code: "ND006", where: `${fn.path}.Metadata.Packages`, what, todo };
}

/** What the functions of a template ask for. Functions that do not ask are not looked at. */
export function readRequests(fragment: JsonObject, { parameters = {}, release }: ReadOptions = {}): Requests {
  const problems: Problem[] = [...defaultKeyProblems(fragment)];
  const written = at(fragment, "Metadata", "NativeDeps", "Packages") ?? false;
  const fallback = written === false ? undefined : readPackagesBlock(written, DEFAULT, problems);
  const general = {
    release: fallback?.release ?? release ?? null,
    repositories: fallback?.repositories ?? [],
  };
  const getting: TemplateFunction[] = [];
  const requests = functionsOf(fragment).flatMap((fn) => {
    const scope = { fragment, parameters, loops: fn.loops };
    const asked = askedFor(fn, fallback, problems);
    if (asked === undefined || asked.block.build.length + asked.block.runtime.length === 0) return [];
    if (mayBeImage(fn, scope)) {
      // A default means the functions that can have layers.
      if (asked.where !== DEFAULT) problems.push(imageProblem(fn));
      return [];
    }
    if (asked.block.runtime.length > 0) getting.push(fn);
    return requestsOf(fn, asked, scope, general, problems);
  });
  return {
    requests,
    problems: [...problems, ...refusals(getting, { fragment, parameters, loops: [] })],
    warnings: outOfReach(fragment, fallback !== undefined),
  };
}
