import { deferredLogicalId, layerName } from "../../../src/packages/layer-name.ts";
import { type LayerSpec, layerKey, RECIPE, type Repository } from "../../../src/packages/layer-spec.ts";
import { type OperatingSystem, operatingSystem } from "../../../src/packages/operating-system.ts";
import { packageSet, sortedSet } from "../../../src/packages/package-set.ts";
import { sortedRepositories } from "../../../src/packages/repositories.ts";
import { at, isObject, type JsonObject } from "../../../src/template/json.ts";
import type { Mode } from "./macro.ts";
import { resolve, type World } from "./worlds.ts";

/**
 * What a function should get, read from the *translation of the untouched input*: there SAM itself has merged Globals
 * and run the loops, so nothing of this is shared with the macro's own reading.
 */
export interface Expected {
  readonly layer: string;
  readonly reference: unknown;
}

const list = (value: unknown): readonly string[] =>
  (value === undefined || value === null ? [] : [value]).flat(9).filter((item) => typeof item === "string");

function blocks(fn: JsonObject, template: JsonObject): readonly unknown[] {
  const own = at(fn, "Metadata", "Packages");
  const fallback = at(template, "Metadata", "NativeDeps", "Packages");
  const isImage = at(fn, "Properties", "PackageType") === "Image";
  return own === false ? [] : [isImage ? undefined : fallback, own].filter((block) => isObject(block));
}

/** The packages a function asks for at run time, the template's default among them. */
function asked(fn: JsonObject, template: JsonObject, name: "Build" | "Runtime"): readonly string[] {
  return blocks(fn, template).flatMap((block) => list(at(block, name)));
}

/** Logical ids of the functions that ask for packages, in a translated template. */
export function askers(template: JsonObject): readonly string[] {
  return Object.entries(isObject(template.Resources) ? template.Resources : {}).flatMap(([id, fn]) => {
    if (!isObject(fn) || fn.Type !== "AWS::Lambda::Function") return [];
    return [...asked(fn, template, "Runtime"), ...asked(fn, template, "Build")].length > 0 ? [id] : [];
  });
}

/** A function's own replace the default's, of which it takes those that its system has. */
function repositoriesOf(fn: JsonObject, template: JsonObject, os: OperatingSystem): readonly Repository[] {
  const listed = (block: unknown) => [at(block, "Repositories") ?? []].flat(9) as unknown as readonly Repository[];
  const own = at(fn, "Metadata", "Packages");
  if (isObject(own) && own.Repositories !== undefined) return sortedRepositories(listed(own));
  const fallback = listed(at(template, "Metadata", "NativeDeps", "Packages"));
  return sortedRepositories(fallback.filter((name) => name !== (os === "al2" ? "spal" : "epel")));
}

/** The layer that a translated function should have in this world; undefined if it asks for none. */
export function expectedLayer(fn: JsonObject, world: World, mode: Mode, params: JsonObject): Expected | undefined {
  const { template } = world;
  const requested = asked(fn, template, "Runtime");
  if (requested.length === 0) return undefined;
  const runtime = String(resolve(at(fn, "Properties", "Runtime"), world));
  const [arch = "x86_64"] = list(resolve(at(fn, "Properties", "Architectures"), world));
  const os = operatingSystem(runtime);
  if (os === undefined) throw new Error(`no operating system for ${runtime}`);
  const releases = blocks(fn, template)
    .map((block) => at(block, "Release"))
    .filter((release) => release !== undefined);
  const release = releases.at(-1) ?? (os === "al2023" ? params.Release : undefined);
  const spec = {
    v: 1,
    kind: "runtime",
    runtime,
    arch,
    packages: packageSet(requested, os).packages,
    repositories: repositoriesOf(fn, template, os),
    release: release ?? null,
    keep: sortedSet(blocks(fn, template).flatMap((block) => list(at(block, "Keep")))),
    drop: sortedSet(blocks(fn, template).flatMap((block) => list(at(block, "Drop")))),
    recipe: RECIPE,
  } as LayerSpec;
  const key = layerKey(spec);
  const layer = layerName(spec, key);
  const arn = `arn:aws:lambda:us-east-1:123456789012:layer:${layer}:1`;
  const reference = mode === "found" ? arn : { "Fn::GetAtt": [deferredLogicalId(key), "LayerVersionArn"] };
  return { layer, reference };
}
