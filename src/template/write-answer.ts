import type { Problem } from "../errors/problem.ts";
import { deferredLogicalId } from "../packages/layer-name.ts";
import type { Plan, PlannedFunction, PlannedLayer } from "../packages/plan.ts";
import { functionsOf, type TemplateFunction } from "./functions.ts";
import { at, isObject, type JsonObject } from "./json.ts";
import { layersFault, withLayer } from "./layers-property.ts";

/** Where a layer stands: published, or left to a resource that waits for its build. */
export type LayerAnswer = { readonly state: "ready"; readonly arn: string } | { readonly state: "deferred" };

/** Seconds CloudFormation gives the waiter: the most it allows. */
const SERVICE_TIMEOUT = 3600;

/** What in the template keeps the plan from being written into it; asked before anything is built. */
export function writeProblems(fragment: JsonObject, plan: Plan): readonly Problem[] {
  const names = new Map(plan.layers.map((layer) => [layer.key, layer.name]));
  const planned = new Map(plan.functions.map((fn) => [fn.path, fn]));
  return functionsOf(fragment).flatMap((fn) => {
    const name = names.get(planned.get(fn.path)?.key ?? "");
    const fault = name === undefined ? undefined : layersFault(fn, name);
    return fault === undefined ? [] : [fault];
  });
}

/** What the function was given, for whoever reads the processed template; nothing in it changes with time. */
function record(planned: PlannedFunction, layer: PlannedLayer | undefined): JsonObject {
  return {
    ...(layer === undefined ? {} : { Key: layer.key, Layer: layer.name }),
    Packages: planned.resolved,
    ...(planned.build.length === 0 ? {} : { Build: planned.build }),
    Aliases: planned.aliases,
  };
}

function withRecord(resource: JsonObject, written: JsonObject): JsonObject {
  const metadata = isObject(resource.Metadata) ? resource.Metadata : {};
  return { ...resource, Metadata: { ...metadata, NativeDepsResolved: written } };
}

function withReference(fn: TemplateFunction, layer: PlannedLayer, answer: LayerAnswer): JsonObject {
  const reference =
    answer.state === "ready" ? answer.arn : { "Fn::GetAtt": [deferredLogicalId(layer.key), "LayerVersionArn"] };
  const { resource } = fn;
  const properties = isObject(resource.Properties) ? resource.Properties : {};
  return { ...resource, Properties: { ...properties, Layers: withLayer(fn, layer.name, reference) } };
}

function waiterResource(key: string, serviceToken: string): JsonObject {
  return {
    Type: "Custom::NativeDepsLayer",
    Properties: { ServiceToken: serviceToken, ServiceTimeout: SERVICE_TIMEOUT, Key: key },
  };
}

/**
 * The template with each planned layer in its functions, and one waiting resource for each layer not yet there.
 * `answers` holds one answer for every key of the plan. Nothing else of the fragment changes, nor its order.
 */
export function writeAnswer(
  fragment: JsonObject,
  plan: Plan,
  answers: ReadonlyMap<string, LayerAnswer>,
  serviceToken: string,
): JsonObject {
  const layers = new Map(plan.layers.map((layer) => [layer.key, layer]));
  const planned = new Map(plan.functions.map((fn) => [fn.path, fn]));
  const resources: Record<string, unknown> = { ...(at(fragment, "Resources") as JsonObject | undefined) };
  for (const fn of functionsOf(fragment)) {
    const plannedFn = planned.get(fn.path);
    if (plannedFn === undefined) continue;
    const layer = layers.get(plannedFn.key ?? "");
    const answer = answers.get(layer?.key ?? "");
    const added = layer && answer ? withReference(fn, layer, answer) : fn.resource;
    resources[fn.logicalId] = withRecord(added, record(plannedFn, layer));
    if (layer && answer?.state === "deferred") {
      resources[deferredLogicalId(layer.key)] = waiterResource(layer.key, serviceToken);
    }
  }
  return plan.functions.length === 0 ? fragment : { ...fragment, Resources: resources };
}
