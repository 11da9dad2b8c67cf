import type { PlannedFunction, PlannedLayer } from "../packages/plan.ts";
import { aliasWarnings } from "./alias-token.ts";
import type { TemplateFunction } from "./functions.ts";
import type { JsonObject } from "./json.ts";

function entry(planned: PlannedFunction, layer: PlannedLayer | undefined): JsonObject {
  return {
    ...(layer === undefined ? {} : { Key: layer.key, Layer: layer.name }),
    Packages: planned.resolved,
    ...(planned.build.length === 0 ? {} : { Build: planned.build }),
    Aliases: planned.aliases,
  };
}

const whenOf = (planned: PlannedFunction): readonly string[] =>
  planned.when.map(({ condition, holds }) => (holds ? condition : `not ${condition}`));

/** What a function was given, for whoever reads the processed template; nothing in it changes with time. */
export function recordOf(
  fn: TemplateFunction,
  choices: readonly PlannedFunction[],
  layers: ReadonlyMap<string, PlannedLayer>,
): JsonObject {
  const entries = choices.map((planned) => ({ planned, written: entry(planned, layers.get(planned.key ?? "")) }));
  const [first] = entries;
  const same =
    entries.length === 1 || entries.every(({ written }) => JSON.stringify(written) === JSON.stringify(first?.written));
  const content = same
    ? first?.written
    : { Choices: entries.map(({ planned, written }) => ({ When: whenOf(planned), ...written })) };
  const warnings = choices.some(({ key }) => key !== undefined) ? aliasWarnings(fn) : [];
  return { ...content, ...(warnings.length === 0 ? {} : { Warnings: warnings }) };
}
