import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildResult } from "../../src/packages/build-result.ts";
import type { RuntimeLayerSpec } from "../../src/packages/layer-spec.ts";
import { type Ground, outFolder } from "./ground.ts";
import { RUNTIME } from "./naive.ts";

export interface Assembly {
  /** Of the whole process. */
  readonly ms: number;
  readonly result: BuildResult;
}

/** Runs the built assembler as CodeBuild does. */
export async function assemble(ground: Ground, packages: readonly string[]): Promise<Assembly> {
  const [spec, out] = [join(ground.folder, "spec.json"), outFolder(ground.folder)];
  const layer: RuntimeLayerSpec = {
    ...{ v: 1, kind: "runtime", runtime: RUNTIME, arch: "x86_64", packages, repositories: [] },
    ...{ release: null, keep: [], drop: [], recipe: 1 },
  };
  writeFileSync(spec, JSON.stringify(layer));
  const args = ["dist/assembler.cjs", "build", "--spec", spec, "--out", out, "--engine", "podman"];
  const { ms } = await ground.run(process.execPath, ...args);
  return { ms, result: JSON.parse(readFileSync(join(out, "result.json"), "utf8")) as BuildResult };
}
