import type { Problem } from "../errors/problem.ts";
import { at, isObject } from "./json.ts";
import { BLOCK_KEYS } from "./packages-schema.ts";

const plain = (text: string): string => text.toLowerCase().replace(/s$/, "");

/** Few enough edits to be a slip: one letter more, less or other, or the same ones in disorder. */
function slip(a: string, b: string): boolean {
  if ([...a].sort().join("") === [...b].sort().join("")) return true;
  if (Math.abs(a.length - b.length) > 1) return false;
  const start = [...a].findIndex((letter, i) => letter !== b[i]);
  const [x, y] = start < 0 ? ["", ""] : [a.slice(start), b.slice(start)];
  return x.slice(1) === y.slice(1) || x.slice(1) === y || x === y.slice(1);
}

/** The key a person meant, if it differs only in case, a plural or a slip. */
const meant = (key: string, keys: readonly string[]): string | undefined =>
  keys.find((k) => plain(k) === plain(key) || slip(plain(k), plain(key)));

/** What to say of a key that a `Packages` block cannot hold. */
export function blockKeyProblem(where: string, key: string): Problem {
  const guess = meant(key, BLOCK_KEYS);
  const hint = guess === undefined ? `use ${BLOCK_KEYS.join(", ")}` : `did you mean ${guess}?`;
  const todo = key === "Repositories" ? "packages come from the image's own repositories so far; remove it" : hint;
  return { code: "ND001", where: `${where}.${key}`, what: "is not something that Packages can hold", todo };
}

/** Packages in what it holds: a list of names, or a block with at least one key that we know or would ask about. */
const looksLikePackages = (value: unknown): boolean =>
  Array.isArray(value) || (isObject(value) && Object.keys(value).some((key) => meant(key, BLOCK_KEYS) !== undefined));

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

/** Keys of the template's `Metadata.NativeDeps` other than `Packages`. */
export function defaultKeyProblems(fragment: unknown): readonly Problem[] {
  const defaults = at(fragment, "Metadata", "NativeDeps");
  if (!isObject(defaults)) return [];
  const wrong = Object.keys(defaults).filter((key) => key !== "Packages");
  return wrong.map((key) => ({
    code: "ND001",
    where: `Metadata.NativeDeps.${key}`,
    what: "is not something that NativeDeps reads",
    todo: plain(key) === "package" ? "did you mean Packages?" : "write Packages under it",
  }));
}
