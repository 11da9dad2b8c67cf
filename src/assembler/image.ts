import { ProblemError } from "../errors/problem.ts";
import type { Architecture } from "../packages/layer-spec.ts";

/** Where AWS publishes the Lambda images. */
export const DEFAULT_REGISTRY = "public.ecr.aws/lambda";

/**
 * The Lambda image of a runtime: `<registry>/<lang>:<version>-<arch>`. By pattern, so that runtimes newer than this
 * code are accepted: `python3.12` -> `python:3.12`, `nodejs24.x` -> `nodejs:24`, `provided.al2023` ->
 * `provided:al2023`, `java17.al2023` -> `java:17.al2023`.
 */
export function imageForRuntime(runtime: string, arch: Architecture, registry: string = DEFAULT_REGISTRY): string {
  const match = /^([a-z]+?)\.?((?:\d|al2)[a-z0-9.]*)$/.exec(runtime);
  const [, language, version] = match ?? [];
  if (language === undefined || version === undefined) {
    throw new ProblemError({
      code: "ND103",
      where: "Runtime",
      what: `"${runtime}" has no Lambda image`,
      todo: "use a runtime identifier such as python3.13, nodejs22.x or provided.al2023",
    });
  }
  return `${registry.replace(/\/+$/, "")}/${language}:${version.replace(/\.x$/, "")}-${arch}`;
}
