import { oneLine, type Problem } from "../errors/problem.ts";
import type { BuildResult } from "../packages/build-result.ts";
import type { Build } from "./ports.ts";

/** Why a finished build left no layer: its own words if it left any, else the service's. */
export function buildProblem(build: Build, result: BuildResult | undefined): Problem {
  if (result?.problem !== undefined) return result.problem;
  const log = `see its log: ${oneLine(build.logUrl)}`;
  if (build.state === "succeeded") {
    return {
      code: "ND021",
      where: `Build ${build.id}`,
      what: "succeeded, and yet no version of the layer is there",
      todo: `deploy again; if it stays so, ${log}`,
    };
  }
  const stage = result === undefined ? "" : ` in stage ${oneLine(result.stage)}`;
  return { code: "ND020", where: `Build ${build.id}`, what: `ended as ${build.status}${stage}`, todo: log };
}
