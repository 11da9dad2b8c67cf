import type { Problem } from "../errors/problem.ts";
import { variablesOf } from "../packages/families.ts";
import type { PlannedFunction, PlannedLayer } from "../packages/plan.ts";
import { aliasToken, describedWith, markOf, TOKEN, VARIABLE } from "./alias-token.ts";
import { environmentWith } from "./environment.ts";
import { ownProperty, type TemplateFunction } from "./functions.ts";
import { at, type Change, type JsonObject } from "./json.ts";
import type { Answers } from "./layer-answer.ts";
import type { FunctionVersion } from "./versions.ts";

/** What is written for the sake of a function's variables and versions, and what keeps it from being written. */
export interface VariableChanges {
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
}

/** A function that gets layers. */
export interface Getting {
  readonly fn: TemplateFunction;
  readonly choices: readonly PlannedFunction[];
  /** The layers of the plan, by key. */
  readonly layers: ReadonlyMap<string, PlannedLayer>;
  /** Its versions that the template makes itself. */
  readonly versions: readonly FunctionVersion[];
  /** True if an alias or a version has to move when a layer changes. */
  readonly moves: boolean;
}

/** Codes of the families in a function's layers: as the layers say, or while they are built as the names tell. */
function familiesOf({ choices, layers }: Getting, answers: Answers): readonly string[] {
  const codes = choices.flatMap(({ key = "" }) => {
    const answer = answers.get(key);
    return (answer?.state === "ready" ? answer.families : undefined) ?? layers.get(key)?.families ?? [];
  });
  return [...new Set(codes)].sort();
}

function tokenOf({ fn, choices, moves }: Getting, answers: Answers): string {
  if (!moves) return "";
  const keys = choices.flatMap(({ key }) => key ?? []);
  const parts = keys.map((key) => {
    const answer = answers.get(key);
    return { key, refresh: answer?.state === "ready" ? answer.refresh : undefined };
  });
  return aliasToken(fn, parts);
}

function environmentChange(fn: TemplateFunction, variables: JsonObject): VariableChanges {
  const [local, global] = [ownProperty(fn, "Environment"), at(fn.globals, "Environment")];
  const written = environmentWith(local, global, { variables, ours: TOKEN });
  if (!("value" in written)) {
    return { changes: [], problems: [{ code: "ND015", where: `${fn.path}.Properties.Environment`, ...written }] };
  }
  if (written.value === local) return { changes: [], problems: [] };
  return { changes: [[[...fn.steps, "Properties", "Environment"], written.value]], problems: [] };
}

function descriptionChange({ version }: FunctionVersion, mark: string): VariableChanges {
  const description = describedWith(at(version.resource, "Properties", "Description"), mark);
  if (description !== undefined) {
    return { changes: [[[...version.steps, "Properties", "Description"], description]], problems: [] };
  }
  const where = `${version.path}.Properties.Description`;
  const what = "leaves no room for what NativeDeps adds to move the version with its layer";
  const todo = "shorten it so that another 100 of the 256 characters are free";
  return { changes: [], problems: [{ code: "ND015", where, what, todo }] };
}

const NOTHING: VariableChanges = { changes: [], problems: [] };

/** The variables that a function's layers need, and what moves an alias or a version with them. */
export function variableChanges(getting: Getting, answers: Answers): VariableChanges {
  const token = tokenOf(getting, answers);
  const families = familiesOf(getting, answers);
  if (token === "" && families.length === 0) return NOTHING;
  const variables = { ...variablesOf(families), ...(token === "" ? {} : { [VARIABLE]: token }) };
  const marked = token === "" ? [] : getting.versions;
  const all = [
    environmentChange(getting.fn, variables),
    ...marked.map((version) => descriptionChange(version, markOf(token, families))),
  ];
  return { changes: all.flatMap((c) => c.changes), problems: all.flatMap((c) => c.problems) };
}
