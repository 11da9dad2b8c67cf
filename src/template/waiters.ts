import { deferredLogicalId } from "../packages/layer-name.ts";
import type { PlannedFunction } from "../packages/plan.ts";
import type { TemplateFunction } from "./functions.ts";
import { at, isObject, type JsonObject } from "./json.ts";
import { mentionsLoop, resourcesOf } from "./resources.ts";
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
    const condition = fn.resource.Condition;
    // A condition made in a loop has no name yet; a layer more than is needed does no harm.
    const named = typeof condition === "string" && !mentionsLoop(condition, fn.loops);
    const outer = named ? [{ condition, holds: true }] : [];
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

/** How many resources the template would have too many with those that wait for these layers. */
export function resourcesTooMany(fragment: JsonObject, deferred: readonly string[]): number {
  const ids = deferred.map(deferredLogicalId).filter((id) => at(fragment, "Resources", id) === undefined);
  const before = resourcesOf(fragment).reduce((sum, { copies }) => sum + copies, 0);
  return ids.length === 0 ? 0 : Math.max(0, before + ids.length - MAX_RESOURCES);
}
