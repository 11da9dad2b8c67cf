import { ALIASES } from "./data/aliases.ts";
import type { OperatingSystem } from "./operating-system.ts";

/** Most items in each list of a layer spec; the macro and the assembler both hold it. */
export const MAX_ITEMS = 200;

export interface PackageSet {
  /** Resolved, sorted, without duplicates. */
  readonly packages: readonly string[];
  /** Old name -> what it was resolved to, for the names that were asked for. */
  readonly aliases: Readonly<Record<string, string>>;
}

/** By UTF-16 code unit, so that no locale decides a key; of a set, so never of equals. */
const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : 1);

/** A list in the one order and form that a layer spec holds it in. */
export const sortedSet = (items: readonly string[]): string[] => [...new Set(items)].sort(byCodeUnit);

/** The package set that a list of dnf specs means on an operating system. */
export function packageSet(requested: readonly string[], os: OperatingSystem): PackageSet {
  const table = ALIASES[os];
  const aliases: Record<string, string> = {};
  const packages = requested.map((name) => {
    const target = Object.hasOwn(table, name) ? table[name] : undefined;
    if (target === undefined) return name;
    aliases[name] = target;
    return target;
  });
  return { packages: sortedSet(packages), aliases };
}
