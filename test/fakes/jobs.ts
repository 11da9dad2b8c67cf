import { beginResult } from "../../src/assembler/result-file.ts";
import type { Job } from "../../src/engine/single-flight.ts";
import type { BuildResult } from "../../src/packages/build-result.ts";
import { formatDescription } from "../../src/packages/description.ts";
import { layerName } from "../../src/packages/layer-name.ts";
import { type LayerSpec, layerKey } from "../../src/packages/layer-spec.ts";

/** A job for a package set on ruby3.3. */
export function jobOf(...packages: string[]): Job {
  const lists = { packages, repositories: [], keep: [], drop: [] };
  const spec: LayerSpec = {
    v: 1,
    kind: "runtime",
    runtime: "ruby3.3",
    arch: "x86_64",
    ...lists,
    release: null,
    recipe: 1,
  };
  const key = layerKey(spec);
  return { key, name: layerName(spec, key), spec };
}

export const descriptionOf = (key: string, refresh = 0): string =>
  formatDescription({ key, tree: key, release: "2023.9.20251110", env: [], refresh });

/** What a failed build leaves. */
export const failedResult = (key: string): BuildResult => ({
  ...beginResult(key, ""),
  stage: "install",
  problem: { code: "ND101", where: "Packages.Runtime", what: '"nosuch" is not a package', todo: "check its name" },
});
