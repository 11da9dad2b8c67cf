import { conditionsIn } from "./conditions.ts";
import { conditionOf, ownProperty, type TemplateFunction } from "./functions.ts";
import { at } from "./json.ts";
import { expanded, pointsTo } from "./loops.ts";
import { functionIdOf, idsIn } from "./references.ts";
import { mentionsLoop, type Resource, resourcesOf } from "./resources.ts";
import type { Scope } from "./values.ts";

/** An AWS::Lambda::Version resource, and the function of the same template that it is a version of. */
export interface FunctionVersion {
  readonly version: Resource;
  readonly fn: TemplateFunction;
  /** The function as the version names it, to tell whether two versions are of the same one. */
  readonly of: string;
}

/** A function's versions: the one that moves with it; or several, each frozen; or some that only seem to be its. */
export interface Versions {
  readonly moving: readonly FunctionVersion[];
  readonly frozen: readonly FunctionVersion[];
  readonly unclear: readonly FunctionVersion[];
}

const nameOf = (version: Resource): unknown => at(version.resource, "Properties", "FunctionName");

/** True if a version is there at this deploy, as far as the macro can know. */
function mayBeThere(version: Resource, scope: Scope): boolean {
  const condition = conditionOf(version);
  return condition === undefined || conditionsIn(scope)(condition) !== false;
}

/** The versions that the template makes itself of these functions, and those whose FunctionName only mentions one. */
function found(functions: readonly TemplateFunction[], scope: Scope) {
  const versions = resourcesOf(scope.fragment).filter(({ resource }) => resource.Type === "AWS::Lambda::Version");
  const sure: FunctionVersion[] = [];
  const unclear: FunctionVersion[] = [];
  for (const version of versions) {
    const name = nameOf(version);
    const [id, text] = [functionIdOf(name), JSON.stringify(name)];
    const byId = id === undefined ? undefined : functions.find((fn) => pointsTo(version, id, fn, scope));
    const byName = functions.find(
      (fn) => name !== undefined && text === JSON.stringify(ownProperty(fn, "FunctionName")),
    );
    const fn = byId ?? byName;
    if (fn !== undefined) sure.push({ version, fn, of: byId === undefined ? text : String(id) });
    else {
      const mentioned = id === undefined ? idsIn(name) : [];
      const seeming = functions.filter(({ logicalId }) => mentioned.includes(logicalId));
      unclear.push(...seeming.map((fn) => ({ version, fn, of: text })));
    }
  }
  return { sure, unclear };
}

/** Functions, as versions name them in each round of their loops, that have more than one version at a time. */
function versionedTwice(versions: readonly FunctionVersion[], scope: Scope): ReadonlySet<string> {
  const once = new Set<string>();
  const twice = new Set<string>();
  for (const { version, fn, of } of versions.filter((v) => mayBeThere(v.version, scope))) {
    const { loops, logicalId } = version;
    // Of a loop over who knows what, each round has a function of its own or the same one.
    const own = loops.every((loop) => mentionsLoop(of, [loop]))
      ? [[logicalId, of]]
      : [
          ["", of],
          ["", of],
        ];
    for (const [, name = ""] of expanded([logicalId, of], loops, scope) ?? own) {
      if (once.has(name)) twice.add(fn.path);
      once.add(name);
    }
  }
  return twice;
}

/**
 * The versions of these functions that the template makes itself, by what becomes of them when a layer changes. Of several
 * of one function none may be made anew: each stands for the function as it was, and two made at once would be the same,
 * which Lambda refuses.
 */
export function versionsOf(functions: readonly TemplateFunction[], scope: Scope): Versions {
  const { sure, unclear } = found(functions, scope);
  const several = versionedTwice(sure, scope);
  const isFrozen = ({ fn }: FunctionVersion) => several.has(fn.path);
  return { moving: sure.filter((v) => !isFrozen(v)), frozen: sure.filter(isFrozen), unclear };
}

/** Those of one function. */
export function ofFunction({ moving, frozen, unclear }: Versions, fn: TemplateFunction): Versions {
  const own = (list: readonly FunctionVersion[]) => list.filter((version) => version.fn === fn);
  return { moving: own(moving), frozen: own(frozen), unclear: own(unclear) };
}
