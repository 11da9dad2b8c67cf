import type { Problem } from "../errors/problem.ts";
import { MAX_ITEMS } from "../packages/package-set.ts";
import type { FunctionRequest } from "../packages/plan.ts";
import { leavesOf, pair } from "./choice.ts";
import { functionsOf, property, type TemplateFunction } from "./functions.ts";
import { at, type JsonObject } from "./json.ts";
import { mergeBlocks, type PackagesBlock, readPackagesBlock } from "./packages-block.ts";
import { refusals } from "./refusals.ts";
import { architectureOf, runtimeOf } from "./runtime.ts";
import { resolveValue, type Scope } from "./values.ts";
import { defaultKeyProblems, metadataKeyProblems } from "./wrong-keys.ts";

export interface Requests {
  readonly requests: readonly FunctionRequest[];
  /** Every mistake found, not only the first. */
  readonly problems: readonly Problem[];
}

export interface ReadOptions {
  /** The event's `templateParameterValues`. */
  readonly parameters?: unknown;
  /** Dated release for the functions on Amazon Linux 2023 that name none. */
  readonly release?: string | undefined;
}

/** The function's packages with the template's default; undefined if the function does not ask or opts out. */
function askedFor(
  fn: TemplateFunction,
  fallback: PackagesBlock | undefined,
  problems: Problem[],
): PackagesBlock | undefined {
  const metadata = at(fn.resource, "Metadata");
  problems.push(...metadataKeyProblems(metadata, `${fn.path}.Metadata`));
  const written = at(metadata, "Packages");
  if (written === false) return undefined;
  if (written === undefined || written === null) return fallback;
  const block = readPackagesBlock(written, `${fn.path}.Metadata.Packages`, problems, fn.loops);
  return fallback === undefined ? block : mergeBlocks(fallback, block);
}

/** True if the function is a container image whichever way its conditions go, or in one of them. */
const mayBeImage = (fn: TemplateFunction, scope: Scope): boolean =>
  leavesOf(resolveValue(property(fn, "PackageType"), scope)).some(
    ({ value }) => value.known && value.value === "Image",
  );

/** Lists longer than a layer spec may hold, the template's default counted in. */
function tooLong(fn: TemplateFunction, block: PackagesBlock): readonly Problem[] {
  const lists = { Build: block.build, Runtime: block.runtime, Keep: block.keep, Drop: block.drop };
  return Object.entries(lists).flatMap(([name, list]) => {
    const what = `names ${list.length} items with the template's default, and ${MAX_ITEMS} are allowed`;
    const todo = "split the function, or make a container image of it";
    const where = `${fn.path}.Metadata.Packages.${name}`;
    return list.length > MAX_ITEMS ? [{ code: "ND002", where, what, todo }] : [];
  });
}

function requestsOf(
  fn: TemplateFunction,
  block: PackagesBlock,
  scope: Scope,
  problems: Problem[],
): readonly FunctionRequest[] {
  if (mayBeImage(fn, scope)) {
    const what = "belongs to a function made from a container image, which takes no layers";
    const todo = "install the packages in its Dockerfile";
    problems.push({ code: "ND006", where: `${fn.path}.Metadata.Packages`, what, todo });
    return [];
  }
  problems.push(...tooLong(fn, block));
  const runtime = runtimeOf(fn, scope, problems);
  const arch = architectureOf(fn, scope, problems);
  if (runtime === undefined || arch === undefined) return [];
  const { build, runtime: packages, release, keep, drop } = block;
  return leavesOf(pair(runtime, arch)).map(({ when, value: [{ runtime, os }, arch] }) => {
    if (release !== null && os === "al2") {
      const what = "names a dated release, which Amazon Linux 2 has not";
      const todo = "remove it, or move to a runtime of Amazon Linux 2023";
      problems.push({ code: "ND003", where: `${fn.path}.Metadata.Packages.Release`, what, todo });
    }
    return { path: fn.path, when, runtime, os, arch, build, packages, repositories: [], release, keep, drop };
  });
}

/** What the functions of a template ask for. Functions that do not ask are not looked at. */
export function readRequests(fragment: JsonObject, options: ReadOptions = {}): Requests {
  const problems: Problem[] = [...defaultKeyProblems(fragment)];
  const written = at(fragment, "Metadata", "NativeDeps", "Packages") ?? undefined;
  const fallback =
    written === undefined ? undefined : readPackagesBlock(written, "Metadata.NativeDeps.Packages", problems);
  const asking: TemplateFunction[] = [];
  const requests = functionsOf(fragment).flatMap((fn) => {
    const scope = { fragment, parameters: options.parameters, loops: fn.loops };
    const block = askedFor(fn, fallback, problems);
    if (block === undefined || block.build.length + block.runtime.length === 0) return [];
    const own = at(fn.resource, "Metadata", "Packages") ?? undefined;
    // A default means the functions that can have layers.
    if (own === undefined && mayBeImage(fn, scope)) return [];
    asking.push(fn);
    return requestsOf(fn, block, scope, problems);
  });
  const dated = requests.map((r) => (r.os === "al2" ? r : { ...r, release: r.release ?? options.release ?? null }));
  return { requests: dated, problems: [...problems, ...refusals(fragment, asking)] };
}
