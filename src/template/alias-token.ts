import { type Choice, choose, leavesOf, mapChoice, one, pair, toIntrinsic } from "./choice.ts";
import { ownProperty, property, type TemplateFunction } from "./functions.ts";
import { ifOf, isAbsent } from "./intrinsics.ts";
import { at } from "./json.ts";
import type { FunctionVersion, Versions } from "./versions.ts";

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

/** What there is to know of a function's versions besides what its properties say. */
export interface Moving {
  /** True if a layer of the function is still being built. */
  readonly building: boolean;
  /** True if conditions choose its layer. */
  readonly chosen: boolean;
  readonly versions: Versions;
}

/** What a user should know of what moves the function's alias or versions; empty as a rule. */
export function movingWarnings(fn: TemplateFunction, { building, chosen, versions }: Moving): readonly string[] {
  const isOwn = (value: unknown) => value !== undefined && !(typeof value === "string" && TOKEN.test(value));
  const environments = [ownProperty(fn, "Environment"), at(fn.globals, "Environment")];
  const [alias, moves] = [hasAlias(fn), hasAlias(fn) || versions.moving.length > 0];
  const [all, sha] = [alias && looksAtEverything(fn), alias && !isAbsent(property(fn, "AutoPublishCodeSha256"))];
  const mine = moves && environments.some((e) => isOwn(at(e, "Variables", VARIABLE)));
  const paths = (list: readonly FunctionVersion[]) => list.map(({ version }) => version.path).join(", ");
  const texts: readonly (readonly [boolean, string])[] = [
    [sha, "AutoPublishCodeSha256 alone decides when the alias moves: change it when the layer changes"],
    [all, "AutoPublishAliasAllProperties moves the alias once more when a layer that was being built is there"],
    [
      moves && building && !all,
      "the version moves once more if the layer needs environment variables that its packages' names do not tell",
    ],
    [alias && chosen, "the alias does not move when only a condition changes that chooses the layer"],
    [mine, `${VARIABLE} is the function's own variable: change it when the layer changes`],
    [
      versions.frozen.length > 0,
      `several versions of one function stay as they are (${paths(versions.frozen)}): add one when the layer changes`,
    ],
    [
      versions.unclear.length > 0,
      `FunctionName is not understood (${paths(versions.unclear)}), so no version moves with the layer: write !Ref ${fn.logicalId}`,
    ],
  ];
  return texts.filter(([applies]) => applies).map(([, text]) => text);
}

/**
 * What stands in a version's Description: the token, and the families whose variables the function gets, since a version
 * also has to move when those turn out to be others than the packages' names told.
 */
export const markOf = (token: string, families: readonly string[]): string =>
  `${VARIABLE}=${[token, ...families].join("+")}`;

/** A description's branches as a choice. */
function descriptionChoice(description: unknown): Choice<unknown> {
  const branches = ifOf(description);
  if (branches === undefined) return one(description);
  return choose(branches[0], descriptionChoice(branches[1]), descriptionChoice(branches[2]));
}

/** One branch of a description with a mark at its end, in place of an older one; undefined if there is no room for it. */
function marked(description: unknown, mark: string): unknown {
  if (isAbsent(description)) return mark;
  // What else is no text is a mistake of the user's, left for CloudFormation to name.
  if (typeof description === "object") return { "Fn::Join": [" ", [...unmarked(description), mark]] };
  const text = `${String(description).replace(/ ?NATIVEDEPS=[0-9a-z.,+]+$/, "")} ${mark}`.trimStart();
  return text.length <= MAX_DESCRIPTION ? text : undefined;
}

/** A version's Description with the mark of each branch; undefined if there is no room for one of them. */
export function describedWith(description: unknown, mark: Choice<string>): unknown {
  const all = mapChoice(pair(descriptionChoice(description), mark), ([text, own]) => marked(text, own));
  return leavesOf(all).some(({ value }) => value === undefined) ? undefined : toIntrinsic(all);
}

/** The parts of a description to which a token is joined, without the token of an earlier pass. */
function unmarked(description: unknown): readonly unknown[] {
  const join = at(description, "Fn::Join");
  const parts: unknown = Array.isArray(join) ? join[1] : undefined;
  const last: unknown = Array.isArray(parts) ? parts.at(-1) : undefined;
  const isMarked = typeof last === "string" && last.startsWith(`${VARIABLE}=`);
  return isMarked && Array.isArray(parts) ? parts.slice(0, -1) : [description];
}
