import type { Problem } from "../errors/problem.ts";
import { nearestName } from "../packages/nearest-name.ts";
import { at, isObject } from "./json.ts";
import { BLOCK_KEYS } from "./packages-schema.ts";

const plain = (text: string): string => text.toLowerCase().replace(/s$/, "");

/** The key a person meant, if it differs only in case, a plural or one slip. */
const meant = (key: string): string | undefined => {
  const near = nearestName(plain(key), BLOCK_KEYS.map(plain), 1) ?? plain(key);
  return BLOCK_KEYS.find((known) => plain(known) === near);
};

/** What to say of a key that a `Packages` block cannot hold. */
export function blockKeyProblem(where: string, key: string): Problem {
  const guess = meant(key);
  const todo = guess === undefined ? `use ${BLOCK_KEYS.join(", ")}` : `did you mean ${guess}?`;
  return { code: "ND001", where: `${where}.${key}`, what: "is not something that Packages can hold", todo };
}

/** Packages in what it holds: a list of names, or a block whose keys we know or would ask about. */
function looksLikePackages(value: unknown): boolean {
  if (!isObject(value)) return Array.isArray(value);
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => meant(key) !== undefined);
}

/** Keys of a function's Metadata that were surely meant to be `Packages`. */
export function metadataKeyProblems(metadata: unknown, where: string): readonly Problem[] {
  if (!isObject(metadata)) return [];
  const wrong = Object.keys(metadata).filter(
    (key) => key !== "Packages" && plain(key) === "package" && looksLikePackages(metadata[key]),
  );
  return wrong.map((key) => ({
    code: "ND001",
    where: `${where}.${key}`,
    what: "is not read by NativeDeps",
    todo: "did you mean Packages?",
  }));
}

/** What stands in the template's Metadata and surely was meant for `NativeDeps.Packages`. */
export function defaultKeyProblems(fragment: unknown): readonly Problem[] {
  const metadata = at(fragment, "Metadata");
  const problem = (where: string, what: string, todo: string): Problem => ({ code: "ND001", where, what, todo });
  const misplaced = Object.entries(isObject(metadata) ? metadata : {})
    .filter(([key, value]) => plain(key) === "package" && looksLikePackages(value))
    .map(([key]) =>
      problem(`Metadata.${key}`, "is not read by NativeDeps", "write it as Metadata.NativeDeps.Packages"),
    );
  const defaults = at(metadata, "NativeDeps");
  if (defaults === undefined || defaults === null) return misplaced;
  const example = "write Packages under it, for instance `Packages: {Runtime: [mysql-libs]}`";
  if (!isObject(defaults)) return [...misplaced, problem("Metadata.NativeDeps", "is not a mapping", example)];
  const wrong = Object.keys(defaults).filter((key) => key !== "Packages");
  const told = wrong.map((key) => {
    const todo = plain(key) === "package" ? "did you mean Packages?" : "write Packages under it";
    return problem(`Metadata.NativeDeps.${key}`, "is not something that NativeDeps reads", todo);
  });
  return [...misplaced, ...told];
}
