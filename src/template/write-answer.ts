import type { Problem } from "../errors/problem.ts";
import { deferredLogicalId } from "../packages/layer-name.ts";
import type { Plan, PlannedFunction, PlannedLayer } from "../packages/plan.ts";
import { type Choice, fromLeaves, mapChoice } from "./choice.ts";
import { functionsOf, type TemplateFunction } from "./functions.ts";
import { type Change, changed, type JsonObject } from "./json.ts";
import type { Answers } from "./layer-answer.ts";
import { type LayersSlot, layersSlot } from "./layers-property.ts";
import { recordOf } from "./record.ts";
import { variableChanges } from "./variables.ts";
import { ofFunction, type Versions, versionsOf } from "./versions.ts";
import { type Asking, withWaiters } from "./waiters.ts";

/** All that is written from. */
export interface Writing {
  readonly fragment: JsonObject;
  readonly plan: Plan;
  /** What `Ref` gives, as the requests were read with. */
  readonly parameters: JsonObject;
  /** ARN of the waiter. */
  readonly serviceToken: string;
}

/** A plan on its way into a template. */
export interface Draft {
  /** What in the template keeps the plan from being written into it, as far as is known before a layer is looked up. */
  readonly problems: readonly Problem[];
  /**
   * The template with each planned layer in its functions, and one waiting resource for each layer not yet there.
   * Nothing else of the fragment changes, nor its order. Problems come from variables that a layer turns out to need.
   * @param answers one for every key of the plan
   */
  write(answers: Answers): { readonly fragment: JsonObject } | { readonly problems: readonly Problem[] };
}

/** A function that asks, and where in it things go. */
interface Place extends Asking {
  /** Keys of its layers, as conditions choose between them; undefined if it gets none. */
  readonly choice: Choice<string> | undefined;
  readonly versions: Versions;
  readonly slot: LayersSlot | undefined;
  readonly layers: ReadonlyMap<string, PlannedLayer>;
}

function slotOf(
  fn: TemplateFunction,
  choices: readonly PlannedFunction[],
  layers: ReadonlyMap<string, PlannedLayer>,
  { fragment, parameters }: Writing,
): LayersSlot | undefined {
  const own = choices.flatMap(({ key }) => layers.get(key ?? "") ?? []);
  if (own.length === 0) return undefined;
  const names = new Set(own.map(({ name }) => name));
  const waiters = new Set(own.map(({ key }) => deferredLogicalId(key)));
  return layersSlot(fn, { names, waiters }, { fragment, parameters, loops: fn.loops });
}

function placesOf(writing: Writing): readonly Place[] {
  const { fragment, plan } = writing;
  const byPath = new Map<string, PlannedFunction[]>();
  for (const planned of plan.functions) {
    const choices = byPath.get(planned.path) ?? [];
    choices.push(planned);
    byPath.set(planned.path, choices);
  }
  const layers = new Map(plan.layers.map((layer) => [layer.key, layer]));
  const asking = functionsOf(fragment).flatMap((fn) => {
    const choices = byPath.get(fn.path);
    return choices === undefined ? [] : [{ fn, choices }];
  });
  const all = asking.map(({ fn }) => fn);
  const versions = versionsOf(all, { fragment, parameters: writing.parameters, loops: [] });
  return asking.map(({ fn, choices }) => {
    const slot = slotOf(fn, choices, layers, writing);
    const keys = choices.flatMap(({ when, key }) => (key === undefined ? [] : [{ when, value: key }]));
    return { fn, choices, choice: fromLeaves(keys), versions: ofFunction(versions, fn), slot, layers };
  });
}

function layersChange({ fn, choice, slot }: Place, answers: Answers): readonly Change[] {
  if (choice === undefined || slot === undefined || !("with" in slot)) return [];
  const reference = mapChoice(choice, (key): unknown => {
    const answer = answers.get(key);
    return answer?.state === "ready" ? answer.arn : { "Fn::GetAtt": [deferredLogicalId(key), "LayerVersionArn"] };
  });
  return [[[...fn.steps, "Properties", "Layers"], slot.with(reference)]];
}

/** Works out where everything goes, before anything is built. */
export function draftAnswer(writing: Writing): Draft {
  const { fragment, plan, serviceToken } = writing;
  const places = placesOf(writing);
  const problems = places.flatMap((place) => [
    ...(place.slot !== undefined && "problems" in place.slot ? place.slot.problems : []),
    ...variableChanges(place, new Map()).problems,
  ]);
  const write: Draft["write"] = (answers) => {
    const filled = places.map((place) => ({ place, variables: variableChanges(place, answers) }));
    const late = filled.flatMap(({ variables }) => variables.problems);
    if (late.length > 0) return { problems: late };
    const changes = filled.flatMap(({ place, variables }) => [
      ...layersChange(place, answers),
      ...variables.changes,
      [[...place.fn.steps, "Metadata", "NativeDepsResolved"], recordOf(place, answers)] as const,
    ]);
    const written = changed(fragment, changes) as JsonObject;
    const deferred = plan.layers.filter(({ key }) => answers.get(key)?.state !== "ready").map(({ key }) => key);
    return { fragment: deferred.length === 0 ? written : withWaiters(written, places, deferred, serviceToken) };
  };
  return { problems, write };
}
