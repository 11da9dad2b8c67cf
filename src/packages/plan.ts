import type { Problem } from "../errors/problem.ts";
import { familiesOfNames } from "./families.ts";
import { layerName } from "./layer-name.ts";
import { type Architecture, type LayerSpec, layerKey, RECIPE, type Repository } from "./layer-spec.ts";
import type { OperatingSystem } from "./operating-system.ts";
import { packageSet, sortedSet } from "./package-set.ts";
import { sortedRepositories } from "./repositories.ts";

/** A condition of the template, and whether it holds. */
export interface Guard {
  readonly condition: string;
  readonly holds: boolean;
}

/** What one function asks for, checked; where its runtime or architecture is chosen by conditions, one for each choice. */
export interface FunctionRequest {
  /** Path of the function in the template, e.g. `Resources.Api`. */
  readonly path: string;
  /** Path of the block that names the packages: the function's own, or the template's default. */
  readonly block: string;
  /** The conditions under which this is what it asks for; empty for a function without choices. */
  readonly when: readonly Guard[];
  readonly runtime: string;
  readonly os: OperatingSystem;
  readonly arch: Architecture;
  readonly build: readonly string[];
  /** Runtime packages as written. */
  readonly packages: readonly string[];
  readonly repositories: readonly Repository[];
  readonly release: string | null;
  readonly keep: readonly string[];
  readonly drop: readonly string[];
}

export interface PlannedLayer {
  readonly kind: "runtime";
  readonly key: string;
  readonly name: string;
  readonly spec: LayerSpec;
  /** Paths of the functions that get it. */
  readonly functions: readonly string[];
  /** Path of the block that names the packages for the first of them. */
  readonly block: string;
  /** Codes of the families that the packages' names tell: all that is known before the layer is there. */
  readonly families: readonly string[];
}

/** One function and what it gets; `key` undefined: it asks for Build packages only, so it needs no runtime layer. */
export interface PlannedFunction {
  readonly path: string;
  readonly when: readonly Guard[];
  readonly runtime: string;
  readonly arch: Architecture;
  readonly requested: readonly string[];
  readonly resolved: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
  readonly build: readonly string[];
  readonly key?: string;
}

/** The plan before anything is looked up: each layer once, each function that asks. */
export interface Plan {
  readonly v: 1;
  readonly layers: readonly PlannedLayer[];
  readonly functions: readonly PlannedFunction[];
  readonly problems: readonly Problem[];
  /** What is to be known and keeps nothing from being done. */
  readonly warnings: readonly Problem[];
}

function specOf(request: FunctionRequest, packages: readonly string[]): LayerSpec {
  return {
    v: 1,
    kind: "runtime",
    runtime: request.runtime,
    arch: request.arch,
    packages,
    repositories: sortedRepositories(request.repositories),
    release: request.release,
    keep: sortedSet(request.keep),
    drop: sortedSet(request.drop),
    recipe: RECIPE,
  };
}

/** Layer keys, each spec hashed once: functions with the same spec are many, and hashing is dear. */
function keysOfSpecs(): (spec: LayerSpec) => string {
  const keys = new Map<string, string>();
  return (spec) => {
    const text = JSON.stringify(spec);
    const key = keys.get(text) ?? layerKey(spec);
    keys.set(text, key);
    return key;
  };
}

const layerOf = (spec: LayerSpec, key: string, block: string): Omit<PlannedLayer, "functions"> => ({
  ...{ kind: "runtime", key, name: layerName(spec, key), spec, block },
  families: familiesOfNames(spec.packages),
});

/** Requests become layer specs and keys; functions with equal specs share one layer. */
export function makePlan(
  requests: readonly FunctionRequest[],
  problems: readonly Problem[] = [],
  warnings: readonly Problem[] = [],
): Plan {
  const layers = new Map<string, { readonly layer: Omit<PlannedLayer, "functions">; readonly users: Set<string> }>();
  const functions: PlannedFunction[] = [];
  const keyOf = keysOfSpecs();
  for (const request of requests) {
    const runtime = packageSet(request.packages, request.os);
    const build = packageSet(request.build, request.os);
    const planned = {
      path: request.path,
      when: request.when,
      runtime: request.runtime,
      arch: request.arch,
      requested: request.packages,
      resolved: runtime.packages,
      aliases: { ...runtime.aliases, ...build.aliases },
      build: build.packages,
    };
    if (runtime.packages.length === 0) {
      functions.push(planned);
      continue;
    }
    const spec = specOf(request, runtime.packages);
    const key = keyOf(spec);
    const entry = layers.get(key) ?? { layer: layerOf(spec, key, request.block), users: new Set<string>() };
    entry.users.add(request.path);
    layers.set(key, entry);
    functions.push({ ...planned, key });
  }
  const used = [...layers.values()].map(({ layer, users }) => ({ ...layer, functions: [...users] }));
  return { v: 1, layers: used, functions, problems, warnings };
}
