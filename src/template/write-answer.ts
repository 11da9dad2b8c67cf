import type { Problem } from "../errors/problem.ts";
import { deferredLogicalId } from "../packages/layer-name.ts";
import type { Plan, PlannedFunction, PlannedLayer } from "../packages/plan.ts";
import { aliasToken, describedWith, hasAlias, TOKEN, VARIABLE } from "./alias-token.ts";
import { fromLeaves, mapChoice } from "./choice.ts";
import { environmentWith } from "./environment.ts";
import { functionsOf, ownProperty } from "./functions.ts";
import { at, type Change, changed, type JsonObject } from "./json.ts";
import { layersWith } from "./layers-property.ts";
import { recordOf } from "./record.ts";
import { type FunctionVersion, versionsOf } from "./versions.ts";
import { type Asking, withWaiters } from "./waiters.ts";

/** Where a layer stands: published, or left to a resource that waits for its build. */
export type LayerAnswer =
  | { readonly state: "ready"; readonly arn: string; readonly refresh: number }
  | { readonly state: "deferred" };

/** All that is written from. */
export interface Writing {
  readonly fragment: JsonObject;
  readonly plan: Plan;
  /** The event's `templateParameterValues`. */
  readonly parameters: unknown;
  /** One answer for every key of the plan; before anything is looked up, none. */
  readonly answers: ReadonlyMap<string, LayerAnswer>;
  /** ARN of the waiter. */
  readonly serviceToken: string;
}

interface AskingWithVersions extends Asking {
  readonly versions: readonly FunctionVersion[];
  /** The layers of the plan, by key. */
  readonly layers: ReadonlyMap<string, PlannedLayer>;
}

function askingOf({ fragment, plan }: Writing): readonly AskingWithVersions[] {
  const byPath = new Map<string, PlannedFunction[]>();
  for (const planned of plan.functions) byPath.set(planned.path, [...(byPath.get(planned.path) ?? []), planned]);
  const layers = new Map(plan.layers.map((layer) => [layer.key, layer]));
  const functions = functionsOf(fragment);
  const all = versionsOf(fragment, functions);
  return functions.flatMap((fn) => {
    const choices = byPath.get(fn.path);
    return choices === undefined ? [] : [{ fn, choices, versions: all.filter((v) => v.fn === fn), layers }];
  });
}

const referenceTo = (key: string, answer: LayerAnswer | undefined): unknown =>
  answer?.state === "ready" ? answer.arn : { "Fn::GetAtt": [deferredLogicalId(key), "LayerVersionArn"] };

function tokenOf({ fn, choices }: Asking, answers: ReadonlyMap<string, LayerAnswer>): string {
  const parts = choices.flatMap(({ key }) => {
    const answer = answers.get(key ?? "");
    return key === undefined ? [] : [{ key, refresh: answer?.state === "ready" ? answer.refresh : undefined }];
  });
  return aliasToken(fn, parts);
}

interface Changes {
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
}

function layersChange(asking: AskingWithVersions, writing: Writing): Changes {
  const { fn, choices, layers } = asking;
  const own = choices.flatMap(({ when, key }) => {
    const layer = layers.get(key ?? "");
    return layer === undefined ? [] : [{ when, value: layer }];
  });
  const choice = fromLeaves(own);
  if (choice === undefined) return { changes: [], problems: [] };
  const known = {
    names: new Set(own.map(({ value }) => value.name)),
    waiters: new Set(own.map(({ value }) => deferredLogicalId(value.key))),
  };
  const reference = mapChoice(choice, ({ key }) => referenceTo(key, writing.answers.get(key)));
  const scope = { fragment: writing.fragment, parameters: writing.parameters, loops: fn.loops };
  const written = layersWith(fn, { reference, known }, scope);
  if ("problems" in written) return { changes: [], problems: written.problems };
  return { changes: [[[...fn.steps, "Properties", "Layers"], written.layers]], problems: [] };
}

function environmentChange({ fn }: Asking, token: string): Changes {
  const [local, global] = [ownProperty(fn, "Environment"), at(fn.globals, "Environment")];
  const written = environmentWith(local, global, { variables: { [VARIABLE]: token }, ours: TOKEN });
  if (!("value" in written)) {
    return { changes: [], problems: [{ code: "ND015", where: `${fn.path}.Properties.Environment`, ...written }] };
  }
  if (written.value === local) return { changes: [], problems: [] };
  return { changes: [[[...fn.steps, "Properties", "Environment"], written.value]], problems: [] };
}

function descriptionChange({ version }: FunctionVersion, token: string): Changes {
  const description = describedWith(at(version.resource, "Properties", "Description"), token);
  if (description !== undefined) {
    return { changes: [[[...version.steps, "Properties", "Description"], description]], problems: [] };
  }
  const where = `${version.path}.Properties.Description`;
  const what = "leaves no room for what NativeDeps adds to move the version with its layer";
  const todo = "shorten it so that another 100 of the 256 characters are free";
  return { changes: [], problems: [{ code: "ND015", where, what, todo }] };
}

/** What is written for a function's sake: its layers, and what moves an alias or a version with them. */
function changesOf(asking: AskingWithVersions, writing: Writing): Changes {
  const { fn, versions } = asking;
  const token = hasAlias(fn) || versions.length > 0 ? tokenOf(asking, writing.answers) : "";
  const moves = token !== "";
  const all = [
    layersChange(asking, writing),
    ...(moves ? [environmentChange(asking, token)] : []),
    ...(moves ? versions.map((version) => descriptionChange(version, token)) : []),
  ];
  return { changes: all.flatMap((c) => c.changes), problems: all.flatMap((c) => c.problems) };
}

const recordChange = ({ fn, choices, layers }: AskingWithVersions): Change => [
  [...fn.steps, "Metadata", "NativeDepsResolved"],
  recordOf(fn, choices, layers),
];

/** What in the template keeps the plan from being written into it; asked before anything is built. */
export const writeProblems = (writing: Writing): readonly Problem[] =>
  askingOf(writing).flatMap((asking) => changesOf(asking, writing).problems);

/**
 * The template with each planned layer in its functions, and one waiting resource for each layer not yet there.
 * Nothing else of the fragment changes, nor its order.
 */
export function writeAnswer(writing: Writing): JsonObject {
  const { fragment, plan, answers, serviceToken } = writing;
  const asking = askingOf(writing);
  const changes = asking.flatMap((a) => [...changesOf(a, writing).changes, recordChange(a)]);
  const written = changed(fragment, changes) as JsonObject;
  const deferred = plan.layers.filter(({ key }) => answers.get(key)?.state === "deferred").map(({ key }) => key);
  return deferred.length === 0 ? written : withWaiters(written, asking, deferred, serviceToken);
}
