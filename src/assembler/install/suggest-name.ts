import { ALIASES } from "../../packages/data/aliases.ts";
import { nearestName } from "../../packages/nearest-name.ts";
import type { OperatingSystem } from "../../packages/operating-system.ts";

/** More differences than these are another name, not a slip. */
const MAX_SLIPS = 2;
/** So many longer names say nothing. */
const MANY = 10;
const MAX_SHOWN = 3;

/**
 * What was probably meant by a name that is no package: what an old name stands for, an old name that we know, a name of the
 * repositories without the version that there is not, one that differs by case, those that go on where it ends
 * (`postgresql15` for `postgresql`), or one that differs by a slip.
 */
export function suggestNames(name: string, os: OperatingSystem, repository: readonly string[]): readonly string[] {
  const stands = ALIASES[os][name];
  if (stands !== undefined) return [stands];
  const old = nearestName(name, Object.keys(ALIASES[os]), MAX_SLIPS);
  if (old !== undefined) return [old];
  const unpinned = repository.find((known) => name.startsWith(`${known}-`) && /^\d/.test(name.slice(known.length + 1)));
  if (unpinned !== undefined) return [unpinned];
  const lower = name.toLowerCase();
  const sameLetters = repository.find((known) => known.toLowerCase() === lower && known !== name);
  if (sameLetters !== undefined) return [sameLetters];
  const longer = repository
    .filter((known) => known.toLowerCase().startsWith(lower) && !/-(devel|doc|debug\w*)$/.test(known))
    .sort((a, b) => a.length - b.length);
  if (longer.length > 0 && longer.length <= MANY) return longer.slice(0, MAX_SHOWN);
  const near = nearestName(name, repository, name.length > 4 ? MAX_SLIPS : 1);
  return near === undefined ? [] : [near];
}
