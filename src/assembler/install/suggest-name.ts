import { ALIASES } from "../../packages/data/aliases.ts";
import { nearestName } from "../../packages/nearest-name.ts";
import type { OperatingSystem } from "../../packages/operating-system.ts";

/** More differences than these are another name, not a slip. */
const MAX_SLIPS = 2;

/** The name that was probably meant, of those we know. */
export const suggestName = (name: string, os: OperatingSystem): string | undefined =>
  nearestName(name, new Set(Object.entries(ALIASES[os]).flat()), MAX_SLIPS);
