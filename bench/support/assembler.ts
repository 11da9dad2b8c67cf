import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildResult } from "../../src/packages/build-result.ts";
import { writeSpec } from "../../test/acceptance/support/assembler.ts";
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
  writeSpec(ground.folder, { runtime: RUNTIME, packages });
  const args = ["dist/assembler.cjs", "build", "--spec", spec, "--out", out, "--engine", "podman"];
  const { ms } = await ground.run(process.execPath, ...args);
  return { ms, result: JSON.parse(readFileSync(join(out, "result.json"), "utf8")) as BuildResult };
}
