import { array, is, union } from "valibot";
import { ProblemError } from "../errors/problem.ts";
import { datedRelease, faultOf, layerPath, namedRepository, ownRepository, packageSpec } from "../packages/grammar.ts";
import { type Architecture, RECIPE, type Repository, type RuntimeLayerSpec } from "../packages/layer-spec.ts";
import { operatingSystem } from "../packages/operating-system.ts";
import { MAX_ITEMS, sortedSet } from "../packages/package-set.ts";
import { repositoryFault, sortedRepositories } from "../packages/repositories.ts";

const FIELDS = ["v", "kind", "runtime", "arch", "packages", "repositories", "release", "keep", "drop", "recipe"];
const MAX_BYTES = 64 * 1024;

/**
 * Reads a runtime layer spec, however it is formatted and its lists are ordered: its key is that of its canonical form.
 * Its text is hostile until checked: every value later becomes an argument.
 */
export function parseSpec(text: string): RuntimeLayerSpec {
  if (Buffer.byteLength(text) > MAX_BYTES) throw invalid("it is longer than 64 KB");
  const value = parseJson(text);
  const unknown = Object.keys(value).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined) throw invalid(`it has an unknown field "${unknown}"`);
  if (value.v !== 1 || value.kind !== "runtime") throw invalid("it is no runtime layer spec of version 1");
  if (value.recipe !== RECIPE) throw invalid(`its recipe is not ${RECIPE}, which this assembler follows`);

  const runtime = matching(value.runtime, "runtime", /^[a-z][a-z0-9.]{1,40}$/);
  const packages = stringSet(value.packages, "packages", packageSpec);
  if (packages.length === 0) throw invalid("its packages are empty");
  return {
    v: 1,
    kind: "runtime",
    runtime,
    arch: matching(value.arch, "arch", /^(x86_64|arm64)$/) as Architecture,
    packages,
    repositories: repositoriesOf(value.repositories, runtime),
    release: value.release === null ? null : releaseOf(value.release),
    keep: stringSet(value.keep, "keep", layerPath),
    drop: stringSet(value.drop, "drop", layerPath),
    recipe: RECIPE,
  };
}

function parseJson(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid("it is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid("it is no JSON object");
  return value as Record<string, unknown>;
}

function matching(value: unknown, field: string, pattern: RegExp): string {
  if (typeof value !== "string" || !pattern.test(value)) throw invalid(`its ${field} is not of the form ${pattern}`);
  return value;
}

function releaseOf(value: unknown): string {
  if (!is(datedRelease, value)) throw invalid("its release is not a dated one");
  return value;
}

function stringSet(value: unknown, field: string, grammar: Parameters<typeof faultOf>[0]): string[] {
  if (!Array.isArray(value) || value.length > MAX_ITEMS)
    throw invalid(`its ${field} is no list of at most ${MAX_ITEMS}`);
  const items = value.map((item: unknown) => {
    if (typeof item !== "string") throw invalid(`its ${field} holds something that is no string`);
    const wrong = faultOf(grammar, item);
    if (wrong !== undefined) throw invalid(`its ${field} holds ${JSON.stringify(item)}, which ${wrong}`);
    return item;
  });
  return sortedSet(items);
}

function repositoriesOf(value: unknown, runtime: string): Repository[] {
  const list = array(union([namedRepository, ownRepository]));
  if (!is(list, value) || value.length > MAX_ITEMS) throw invalid("its repositories are not of the form they have");
  const os = operatingSystem(runtime);
  for (const repository of value) {
    const fault = os === undefined ? undefined : repositoryFault(repository, os);
    if (fault !== undefined) throw invalid(`its repository ${fault}`);
  }
  return sortedRepositories(value);
}

const invalid = (what: string): ProblemError =>
  new ProblemError({
    code: "ND101",
    where: "layer spec",
    what,
    todo: "write the spec with the macro of the same version as this assembler",
  });
