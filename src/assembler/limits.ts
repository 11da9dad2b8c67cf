import { ProblemError } from "../errors/problem.ts";
import { type LayerTree, unzippedBytes } from "./tree.ts";

/** Lambda's limit for a function and all its layers together, unzipped. Bytes. */
export const MAX_UNZIPPED = 262_144_000;
const SHOWN = 10;

/**
 * @param packageOf the package that something below /opt came with; undefined if none has it
 * @throws ProblemError that names the largest packages, if the layer alone is more than Lambda takes
 */
export function checkLimits(
  tree: LayerTree,
  packageOf: (path: string) => string | undefined,
  max: number = MAX_UNZIPPED,
): void {
  const bytes = unzippedBytes(tree);
  if (bytes <= max) return;
  const sizes = new Map<string, number>();
  for (const entry of tree.values()) {
    const name = packageOf(entry.path) ?? "what package scripts made";
    sizes.set(name, (sizes.get(name) ?? 0) + (entry.kind === "file" ? entry.size : 0));
  }
  const largest = [...sizes].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).slice(0, SHOWN);
  const shown = largest.map(([name, size]) => `${name} (${inMegabytes(size)})`).join(", ");
  throw new ProblemError({
    code: "ND130",
    where: "Packages.Runtime",
    what: `the layer has ${inMegabytes(bytes)} unzipped, and Lambda takes ${inMegabytes(max)} with the function; the largest packages: ${shown}`,
    todo: "ask for fewer packages, or leave files out with Drop",
  });
}

const inMegabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
