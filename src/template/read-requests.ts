import type { Problem } from "../errors/problem.ts";
import type { Architecture } from "../packages/layer-spec.ts";
import { operatingSystem } from "../packages/operating-system.ts";
import type { FunctionRequest } from "../packages/plan.ts";
import { functionsOf, primitive, type TemplateFunction } from "./functions.ts";
import { at, type JsonObject } from "./json.ts";
import { mergeBlocks, type PackagesBlock, readPackagesBlock } from "./packages-block.ts";

export interface Requests {
  readonly requests: readonly FunctionRequest[];
  /** Every mistake found, not only the first. */
  readonly problems: readonly Problem[];
}

/** The function's packages with the template's default; undefined if the function does not ask or opts out. */
function askedFor(
  fn: TemplateFunction,
  fallback: PackagesBlock | undefined,
  problems: Problem[],
): PackagesBlock | undefined {
  const written = at(fn.resource, "Metadata", "Packages");
  if (written === false) return undefined;
  if (written === undefined || written === null) return fallback;
  const block = readPackagesBlock(written, `${fn.path}.Metadata.Packages`, problems);
  return fallback === undefined ? block : mergeBlocks(fallback, block);
}

function runtimeOf(fn: TemplateFunction, problems: Problem[]): Pick<FunctionRequest, "runtime" | "os"> | undefined {
  const where = `${fn.path}.Properties.Runtime`;
  const runtime = primitive(fn, "Runtime");
  if (typeof runtime !== "string") {
    const what = runtime === undefined ? "is missing" : "is not a literal string";
    const todo = "write the runtime, for instance ruby3.3: it decides which packages fit";
    problems.push({ code: "ND004", where, what, todo });
    return undefined;
  }
  const os = operatingSystem(runtime);
  if (os !== undefined) return { runtime, os };
  problems.push({
    code: "ND004",
    where,
    what: `"${runtime.slice(0, 60)}" is not a runtime whose operating system is known`,
    todo: "use a runtime of Amazon Linux 2 or 2023, for instance python3.13 or provided.al2023",
  });
  return undefined;
}

function archOf(fn: TemplateFunction, problems: Problem[]): Architecture | undefined {
  const local = at(fn.resource, "Properties", "Architectures") ?? [];
  const inherited = fn.globals.Architectures ?? [];
  // SAM concatenates the two lists.
  const all = Array.isArray(local) && Array.isArray(inherited) ? [...inherited, ...local] : [undefined];
  const arch = all.length === 0 ? "x86_64" : all[0];
  if (all.length <= 1 && (arch === "x86_64" || arch === "arm64")) return arch;
  problems.push({
    code: "ND005",
    where: `${fn.path}.Properties.Architectures`,
    what: all.length > 1 ? "has more than one entry once Globals is merged in" : "is not a literal x86_64 or arm64",
    todo: "write one architecture, in Globals or in the function: `Architectures: [x86_64]`",
  });
  return undefined;
}

function requestOf(fn: TemplateFunction, block: PackagesBlock, problems: Problem[]): FunctionRequest | undefined {
  if (primitive(fn, "PackageType") === "Image") {
    problems.push({
      code: "ND006",
      where: `${fn.path}.Metadata.Packages`,
      what: "belongs to a function made from a container image, which takes no layers",
      todo: "install the packages in its Dockerfile",
    });
    return undefined;
  }
  const runtime = runtimeOf(fn, problems);
  const arch = archOf(fn, problems);
  if (runtime === undefined || arch === undefined) return undefined;
  if (block.release !== null && runtime.os === "al2") {
    problems.push({
      code: "ND003",
      where: `${fn.path}.Metadata.Packages.Release`,
      what: "names a dated release, which Amazon Linux 2 has not",
      todo: "remove it, or move to a runtime of Amazon Linux 2023",
    });
  }
  const { build, runtime: packages, release, keep, drop } = block;
  return { path: fn.path, ...runtime, arch, build, packages, repositories: [], release, keep, drop };
}

/**
 * What the functions of a template ask for. Functions that do not ask are not looked at.
 * @param release dated release for the functions on Amazon Linux 2023 that name none
 */
export function readRequests(fragment: JsonObject, release: string | null = null): Requests {
  const problems: Problem[] = [];
  const requests: FunctionRequest[] = [];
  const written = at(fragment, "Metadata", "NativeDeps", "Packages");
  const fallback =
    written === undefined ? undefined : readPackagesBlock(written, "Metadata.NativeDeps.Packages", problems);
  for (const fn of functionsOf(fragment)) {
    const image = primitive(fn, "PackageType") === "Image";
    const block = askedFor(fn, image ? undefined : fallback, problems);
    if (block === undefined || block.build.length + block.runtime.length === 0) continue;
    const request = requestOf(fn, block, problems);
    if (request === undefined) continue;
    requests.push(request.os === "al2" ? request : { ...request, release: request.release ?? release });
  }
  return { requests, problems };
}
