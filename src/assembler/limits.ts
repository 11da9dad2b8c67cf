import { ProblemError } from "../errors/problem.ts";
import { type LayerTree, unzippedBytes } from "./tree.ts";

/** Lambda's limit for a function and all its layers together, unzipped. Bytes. */
export const MAX_UNZIPPED = 262_144_000;
const SHOWN = 10;

/** @throws ProblemError that names the largest files, if the layer alone is more than Lambda takes */
export function checkLimits(tree: LayerTree, max: number = MAX_UNZIPPED): void {
  const bytes = unzippedBytes(tree);
  if (bytes <= max) return;
  const files = [...tree.values()].flatMap((entry) => (entry.kind === "file" ? [entry] : []));
  const largest = files.sort((a, b) => b.size - a.size || (a.path < b.path ? -1 : 1)).slice(0, SHOWN);
  throw new ProblemError({
    code: "ND130",
    where: "Packages.Runtime",
    what: `the layer has ${inMegabytes(bytes)} unzipped, and Lambda takes ${inMegabytes(max)} with the function; the largest files: ${largest
      .map((file) => `${file.path} (${inMegabytes(file.size)})`)
      .join(", ")}`,
    todo: "ask for fewer packages, or leave files out with Drop",
  });
}

const inMegabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
