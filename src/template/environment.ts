import { ifOf, intrinsicName, isAbsent, isIntrinsic } from "./intrinsics.ts";
import { at, isObject, type JsonObject } from "./json.ts";

/** Lambda's limit on a function's variables, names and values together, in bytes. */
const MAX_BYTES = 4_096;

/** A value with variables in it, or in words that follow its place what keeps them out. */
export type Written = { readonly value: unknown } | { readonly what: string; readonly todo: string };

const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** What is known of the size: values left to intrinsics count nothing. */
function size(variables: JsonObject): number {
  const all = Object.entries(variables);
  return all.reduce(
    (sum, [name, value]) => sum + bytes(name) + bytes(typeof value === "object" ? "" : String(value)),
    0,
  );
}

/** What is to be set: variables, and what a value looks like that an earlier pass has set. */
export interface Wanted {
  readonly variables: JsonObject;
  readonly ours: RegExp;
}

/** The variables with ours; the user's own win, whether in the function or in Globals. */
function filled(own: JsonObject, inherited: JsonObject, { variables, ours }: Wanted): Written {
  const isOurs = (value: unknown) => typeof value === "string" && ours.test(value);
  const missing = Object.entries(variables).filter(
    ([name]) => !Object.hasOwn(inherited, name) && (!Object.hasOwn(own, name) || isOurs(own[name])),
  );
  const all = Object.fromEntries([...Object.entries(own), ...missing]);
  if (missing.length > 0 && size({ ...inherited, ...all }) > MAX_BYTES) {
    const names = missing.map(([name]) => name).join(", ");
    const what = `would pass Lambda's ${MAX_BYTES} bytes with ${names}`;
    return { what, todo: "make the variables smaller, for instance by moving some to Parameter Store" };
  }
  return { value: all };
}

function inEachBranch(branches: readonly [string, unknown, unknown], write: (branch: unknown) => Written): Written {
  const [yes, no] = [write(branches[1]), write(branches[2])];
  if (!("value" in yes)) return yes;
  return "value" in no ? { value: { "Fn::If": [branches[0], yes.value, no.value] } } : no;
}

/**
 * `Environment`, or one level down its `Variables`, with ours in it: pushed into the branches of an `Fn::If`. What SAM
 * would drop of Globals beside a value of the function's own is carried over.
 */
function below(local: unknown, global: unknown, levels: readonly string[], wanted: Wanted): Written {
  const base = isAbsent(local) && isIntrinsic(global) ? global : local;
  const branches = ifOf(base);
  if (branches !== undefined) return inEachBranch(branches, (b) => below(b, undefined, levels, wanted));
  const dict: unknown = isAbsent(base) ? {} : base;
  if (!isObject(dict) || isIntrinsic(dict)) {
    const what = isIntrinsic(dict) ? `is left to ${intrinsicName(dict)}` : "is not a mapping";
    const names = Object.keys(wanted.variables).join(", ");
    return { what: `${what}, so ${names} cannot be set in it`, todo: "write it as a mapping, or as !If of mappings" };
  }
  const inherited = isObject(global) && !isIntrinsic(global) ? global : {};
  const [level, ...deeper] = levels;
  if (level === undefined) return filled(dict, inherited, wanted);
  const written = below(dict[level], inherited[level], deeper, wanted);
  return "value" in written ? { value: { ...dict, [level]: written.value } } : written;
}

/** A function's `Environment` with variables added, given its own and that of Globals. */
export function environmentWith(local: unknown, global: unknown, wanted: Wanted): Written {
  const given = at(isIntrinsic(global) ? undefined : global, "Variables");
  const settled = isObject(given) && Object.keys(wanted.variables).every((name) => Object.hasOwn(given, name));
  return settled && isAbsent(local) ? { value: local } : below(local, global, ["Variables"], wanted);
}
