import { ownProperty, property, type TemplateFunction } from "./functions.ts";
import { ifOf, isAbsent } from "./intrinsics.ts";
import { at } from "./json.ts";

/** The environment variable that moves a function's alias. */
export const VARIABLE = "NATIVEDEPS";

/** What a token looks like; a value that does not is the user's own. */
export const TOKEN = /^[0-9a-f]{16}\.(?:\d+|building)(?:,[0-9a-f]{16}\.(?:\d+|building))*$/;

/** Digits of a key in a token: as many as a layer's name has. */
const KEY_DIGITS = 16;

/** CloudFormation's limit on the Description of a version. */
const MAX_DESCRIPTION = 256;

/** A layer in a token; undefined: it is still being built, so its refresh number will be 0. */
export interface TokenPart {
  readonly key: string;
  readonly refresh: number | undefined;
}

/** True if SAM publishes a version of the function for its alias. */
export const hasAlias = (fn: TemplateFunction): boolean => !isAbsent(property(fn, "AutoPublishAlias"));

/** True unless SAM is told to look at what it looks at by itself: code, environment, memory size, SnapStart. */
const looksAtEverything = (fn: TemplateFunction): boolean => {
  const value = property(fn, "AutoPublishAliasAllProperties");
  return !isAbsent(value) && value !== false && value !== "false";
};

/**
 * The token of a function's layers: it changes exactly when one of them does, and is the same while a layer is being
 * built. Layers that conditions choose between are all in it: by an Fn::If SAM would see a change where Lambda sees none,
 * and Lambda has no version to publish then. Where SAM looks at all properties, it sees the reference change when the layer is there, so the token has to
 * change with it: or Lambda would have no new version to publish ("A version for this Lambda function exists").
 */
export function aliasToken(fn: TemplateFunction, parts: readonly TokenPart[]): string {
  const building = looksAtEverything(fn) ? "building" : "0";
  const words = parts.map(({ key, refresh }) => `${key.slice(0, KEY_DIGITS)}.${refresh ?? building}`);
  return [...new Set(words)].sort().join(",");
}

/**
 * What a user should know of what moves the function's alias or versions; empty as a rule.
 * @param building true if a layer of the function is still being built
 */
export function movingWarnings(fn: TemplateFunction, building: boolean): readonly string[] {
  const sha = !isAbsent(property(fn, "AutoPublishCodeSha256"))
    ? ["AutoPublishCodeSha256 alone decides when the alias moves: change it when the layer changes"]
    : [];
  const all = looksAtEverything(fn)
    ? ["AutoPublishAliasAllProperties moves the alias once more when a layer that was being built is there"]
    : [];
  const families = building
    ? ["the version moves once more if the layer needs environment variables that its packages' names do not tell"]
    : [];
  const own = [ownProperty(fn, "Environment"), at(fn.globals, "Environment")].map((e) => at(e, "Variables", VARIABLE));
  const isOwn = (value: unknown) => value !== undefined && !(typeof value === "string" && TOKEN.test(value));
  const mine = own.some(isOwn) ? [`${VARIABLE} is the function's own variable: change it when the layer changes`] : [];
  return [...sha, ...(all.length > 0 ? all : families), ...mine];
}

/**
 * What stands in a version's Description: the token, and the families whose variables the function gets, since a version
 * also has to move when those turn out to be others than the packages' names told.
 */
export const markOf = (token: string, families: readonly string[]): string =>
  `${VARIABLE}=${[token, ...families].join("+")}`;

/** A version's Description with the mark at its end, in place of an older one; undefined if there is no room for it. */
export function describedWith(description: unknown, mark: string): unknown {
  if (isAbsent(description)) return mark;
  const branches = ifOf(description);
  if (branches !== undefined) {
    const [yes, no] = [describedWith(branches[1], mark), describedWith(branches[2], mark)];
    return yes === undefined || no === undefined ? undefined : { "Fn::If": [branches[0], yes, no] };
  }
  // What else is no text is a mistake of the user's, left for CloudFormation to name.
  if (typeof description === "object") return { "Fn::Join": [" ", [...unmarked(description), mark]] };
  const text = `${String(description).replace(/ ?NATIVEDEPS=[0-9a-z.,+]+$/, "")} ${mark}`.trimStart();
  return text.length <= MAX_DESCRIPTION ? text : undefined;
}

/** The parts of a description to which a token is joined, without the token of an earlier pass. */
function unmarked(description: unknown): readonly unknown[] {
  const join = at(description, "Fn::Join");
  const parts: unknown = Array.isArray(join) ? join[1] : undefined;
  const last: unknown = Array.isArray(parts) ? parts.at(-1) : undefined;
  const marked = typeof last === "string" && last.startsWith(`${VARIABLE}=`);
  return marked && Array.isArray(parts) ? parts.slice(0, -1) : [description];
}
