import { ALIASES } from "../packages/data/aliases.ts";
import type { OperatingSystem } from "../packages/operating-system.ts";

/** More differences than these are another name, not a slip. */
const MAX_DISTANCE = 2;

/** The name that was probably meant: the nearest one we know, within two slips; undefined if none is near. */
export function suggestName(name: string, os: OperatingSystem): string | undefined {
  const known = new Set(Object.entries(ALIASES[os]).flat());
  const near = [...known]
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter(({ distance }) => distance > 0 && distance <= MAX_DISTANCE)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  return near[0]?.candidate;
}

/** Insertions, removals and replacements that turn one name into the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
