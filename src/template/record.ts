import type { PlannedFunction, PlannedLayer } from "../packages/plan.ts";
import { movingWarnings } from "./alias-token.ts";
import type { TemplateFunction } from "./functions.ts";
import type { JsonObject } from "./json.ts";
import type { Answers } from "./layer-answer.ts";
import type { Versions } from "./versions.ts";

/** A function with what it gets. */
interface Recorded {
  readonly fn: TemplateFunction;
  readonly choices: readonly PlannedFunction[];
  readonly versions: Versions;
  /** The layers of the plan, by key. */
  readonly layers: ReadonlyMap<string, PlannedLayer>;
}

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
export function recordOf({ fn, choices, versions, layers }: Recorded, answers: Answers): JsonObject {
  const entries = choices.map((planned) => ({ planned, written: entry(planned, layers.get(planned.key ?? "")) }));
  const [first] = entries;
  const same =
    entries.length === 1 || entries.every(({ written }) => JSON.stringify(written) === JSON.stringify(first?.written));
  const content = same
    ? first?.written
    : { Choices: entries.map(({ planned, written }) => ({ When: whenOf(planned), ...written })) };
  const keys = choices.flatMap(({ key }) => key ?? []);
  const building = keys.some((key) => answers.get(key)?.state !== "ready");
  const chosen = new Set(keys).size > 1;
  const warnings = keys.length > 0 ? movingWarnings(fn, { building, chosen, versions }) : [];
  return { ...content, ...(warnings.length === 0 ? {} : { Warnings: warnings }) };
}
