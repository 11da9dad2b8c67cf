import { deferredLogicalId } from "../packages/layer-name.ts";
import type { PlannedFunction } from "../packages/plan.ts";
import { hasAlias } from "./alias-token.ts";
import { conditionOf, functionsOf, ownProperty, property, type TemplateFunction } from "./functions.ts";
import { isAbsent, isIntrinsic } from "./intrinsics.ts";
import { at, isObject, type JsonObject } from "./json.ts";
import { copiesOf } from "./loops.ts";
import { resourcesOf } from "./resources.ts";
import type { Scope } from "./values.ts";
import { type Use, waiterCondition } from "./waiter-condition.ts";

/** Seconds CloudFormation gives the waiter: the most it allows. */
const SERVICE_TIMEOUT = 3600;

/** CloudFormation's limit on resources in a template. */
const MAX_RESOURCES = 500;

/** A function that asks, with what it gets. */
export interface Asking {
  readonly fn: TemplateFunction;
  readonly choices: readonly PlannedFunction[];
}

/** The ways in which functions use the layer of a key. */
function usesOf(key: string, asking: readonly Asking[]): readonly Use[] {
  return asking.flatMap(({ fn, choices }) => {
    // Where a loop has yet to name the condition, a layer more than is needed does no harm.
    const condition = conditionOf(fn);
    const outer = condition === undefined ? [] : [{ condition, holds: true }];
    return choices.filter((planned) => planned.key === key).map(({ when }) => [...outer, ...when]);
  });
}

/** A name for the new condition: the waiter's, or the next that the user has not taken for another one. */
function freeName(conditions: JsonObject, wanted: string, expression: JsonObject): string {
  const taken = Object.hasOwn(conditions, wanted) && JSON.stringify(conditions[wanted]) !== JSON.stringify(expression);
  return taken ? freeName(conditions, `${wanted}x`, expression) : wanted;
}

/** The template with one waiting resource, and a condition where it needs one, for each layer that is being built. */
export function withWaiters(
  fragment: JsonObject,
  asking: readonly Asking[],
  deferred: readonly string[],
  serviceToken: string,
): JsonObject {
  const own = at(fragment, "Conditions");
  const before: JsonObject = isObject(own) ? own : {};
  let conditions = before;
  const waiters = deferred.map((key): [string, JsonObject] => {
    const id = deferredLogicalId(key);
    const wanted = waiterCondition(usesOf(key, asking));
    const name = wanted.kind === "new" ? freeName(before, id, wanted.expression) : undefined;
    if (wanted.kind === "new" && name !== undefined) conditions = { ...conditions, [name]: wanted.expression };
    const condition = wanted.kind === "existing" ? wanted.name : name;
    const properties = { ServiceToken: serviceToken, ServiceTimeout: SERVICE_TIMEOUT, Key: key };
    const Condition = condition === undefined ? {} : { Condition: condition };
    return [id, { Type: "Custom::NativeDepsLayer", ...Condition, Properties: properties }];
  });
  const resources = { ...(at(fragment, "Resources") as JsonObject), ...Object.fromEntries(waiters) };
  return { ...fragment, ...(conditions === before ? {} : { Conditions: conditions }), Resources: resources };
}

/** What SAM makes of a function at least: itself, a role if none is named, a version and an alias, and one for each event. */
function madeBySam(fn: TemplateFunction): number {
  if (fn.resource.Type !== "AWS::Serverless::Function") return 1;
  const events = ownProperty(fn, "Events");
  const role = isAbsent(property(fn, "Role")) ? 1 : 0;
  return (
    1 + role + (hasAlias(fn) ? 2 : 0) + (isObject(events) && !isIntrinsic(events) ? Object.keys(events).length : 0)
  );
}

/** How many resources the template would have too many, at least, with those that wait for these layers. */
export function resourcesTooMany(scope: Scope, deferred: readonly string[]): number {
  const { fragment } = scope;
  const ids = deferred.map(deferredLogicalId).filter((id) => at(fragment, "Resources", id) === undefined);
  if (ids.length === 0) return 0;
  const more = functionsOf(fragment).map((fn) => (madeBySam(fn) - 1) * copiesOf(fn.loops, scope));
  const written = resourcesOf(fragment).map(({ loops }) => copiesOf(loops, scope));
  const before = [...written, ...more].reduce((sum, count) => sum + count, 0);
  return Math.max(0, before + ids.length - MAX_RESOURCES);
}
