import { ifOf, intrinsicName, isAbsent, isIntrinsic, isNoValue } from "./intrinsics.ts";
import { isObject, type JsonObject } from "./json.ts";

/** Lambda's limit on a function's variables, names and values together, in bytes. */
const MAX_BYTES = 4_096;

/** A value with variables in it and the names of those that are ours; or in words that follow its place what keeps them out. */
export type Written =
  | { readonly value: unknown; readonly ours: readonly string[] }
  | { readonly what: string; readonly todo: string };

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
  const isToken = (value: unknown) => typeof value === "string" && ours.test(value);
  const set = Object.entries(variables).filter(([name, value]) =>
    Object.hasOwn(own, name) ? own[name] === value || isToken(own[name]) : !Object.hasOwn(inherited, name),
  );
  const all = Object.fromEntries([...Object.entries(own), ...set]);
  const added = set.filter(([name]) => !Object.hasOwn(own, name)).map(([name]) => name);
  if (added.length > 0 && size({ ...inherited, ...all }) > MAX_BYTES) {
    const what = `would pass Lambda's ${MAX_BYTES} bytes with ${added.join(", ")}`;
    return { what, todo: "make the variables smaller, for instance by moving some to Parameter Store" };
  }
  return { value: all, ours: set.map(([name]) => name) };
}

function inEachBranch(branches: readonly [string, unknown, unknown], write: (branch: unknown) => Written): Written {
  const [yes, no] = [write(branches[1]), write(branches[2])];
  if (!("value" in yes)) return yes;
  if (!("value" in no)) return no;
  return { value: { "Fn::If": [branches[0], yes.value, no.value] }, ours: [...yes.ours, ...no.ours] };
}

/**
 * `Environment`, or one level down its `Variables`, with ours in it: pushed into the branches of an `Fn::If`. What SAM
 * would drop of Globals beside a value of the function's own is carried over; what `AWS::NoValue` keeps out stays out.
 */
function below(local: unknown, global: unknown, levels: readonly string[], wanted: Wanted): Written {
  const base = local === undefined && isIntrinsic(global) ? global : local;
  const branches = ifOf(base);
  if (branches !== undefined) return inEachBranch(branches, (b) => below(b, undefined, levels, wanted));
  const dict: unknown = isAbsent(base) ? {} : base;
  if (!isObject(dict) || isIntrinsic(dict)) {
    const what = isIntrinsic(dict) ? `is left to ${intrinsicName(dict)}` : "is not a mapping";
    const names = Object.keys(wanted.variables).join(", ");
    return { what: `${what}, so ${names} cannot be set in it`, todo: "write it as a mapping, or as !If of mappings" };
  }
  const inherited = isObject(global) && !isIntrinsic(global) ? global : {};
  if (isNoValue(base) && Object.keys(inherited).length > 0) {
    const what = "is !Ref AWS::NoValue, which keeps Globals out, and SAM would merge them into a mapping";
    return { what, todo: "write IgnoreGlobals: [Environment] at the function in its place" };
  }
  const [level, ...deeper] = levels;
  if (level === undefined) return filled(dict, inherited, wanted);
  const written = below(dict[level], inherited[level], deeper, wanted);
  return "value" in written ? { ...written, value: { ...dict, [level]: written.value } } : written;
}

/** A function's `Environment` with variables added, given its own and that of Globals. */
export function environmentWith(local: unknown, global: unknown, wanted: Wanted): Written {
  const written = below(local, global, ["Variables"], wanted);
  return "value" in written && written.ours.length === 0 ? { value: local, ours: [] } : written;
}
