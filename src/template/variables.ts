import type { Problem } from "../errors/problem.ts";
import { variablesOf } from "../packages/families.ts";
import type { PlannedLayer } from "../packages/plan.ts";
import { aliasToken, describedWith, hasAlias, markOf, TOKEN, type TokenPart, VARIABLE } from "./alias-token.ts";
import { type Choice, leavesOf, mapChoice } from "./choice.ts";
import { environmentWith } from "./environment.ts";
import { ownProperty, type TemplateFunction } from "./functions.ts";
import { at, type Change } from "./json.ts";
import type { Answers } from "./layer-answer.ts";
import type { Resource } from "./resources.ts";
import type { Versions } from "./versions.ts";

/** What is written for the sake of a function's variables and versions, and what keeps it from being written. */
export interface VariableChanges {
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
}

/** A function that gets layers. */
export interface Getting {
  readonly fn: TemplateFunction;
  /** Keys of its layers, as conditions choose between them; undefined if it gets none. */
  readonly choice: Choice<string> | undefined;
  /** The layers of the plan, by key. */
  readonly layers: ReadonlyMap<string, PlannedLayer>;
  readonly versions: Versions;
}

/** Codes of the families in a function's layers: as the layers say, or while they are built as the names tell. */
function familiesOf(keys: readonly string[], layers: Getting["layers"], answers: Answers): readonly string[] {
  const codes = keys.flatMap((key) => {
    const answer = answers.get(key);
    return (answer?.state === "ready" ? answer.families : undefined) ?? (layers.get(key) as PlannedLayer).families;
  });
  return [...new Set(codes)].sort();
}

function partOf(key: string, answers: Answers): TokenPart {
  const answer = answers.get(key);
  return { key, refresh: answer?.state === "ready" ? answer.refresh : undefined };
}

function descriptionChange(version: Resource, mark: Choice<string>): VariableChanges {
  const description = describedWith(at(version.resource, "Properties", "Description"), mark);
  if (description !== undefined) {
    return { changes: [[[...version.steps, "Properties", "Description"], description]], problems: [] };
  }
  const where = `${version.path}.Properties.Description`;
  const room = Math.max(...leavesOf(mark).map(({ value }) => value.length)) + 1;
  const what = "leaves no room for what NativeDeps adds to move the version with its layer";
  const todo = `shorten it so that ${room} of the 256 characters are free`;
  return { changes: [], problems: [{ code: "ND015", where, what, todo }] };
}

const NOTHING: VariableChanges = { changes: [], problems: [] };

/** The variables that a function's layers need, and what moves an alias or a version with them. */
export function variableChanges({ fn, choice, layers, versions }: Getting, answers: Answers): VariableChanges {
  if (choice === undefined) return NOTHING;
  const keys = leavesOf(choice).map(({ value }) => value);
  const families = familiesOf(keys, layers, answers);
  const moves = hasAlias(fn) || versions.moving.length > 0;
  const tokenOf = (own: readonly string[]): string =>
    aliasToken(
      fn,
      own.map((key) => partOf(key, answers)),
    );
  const variables = { ...variablesOf(families), ...(moves ? { [VARIABLE]: tokenOf(keys) } : {}) };
  if (Object.keys(variables).length === 0) return NOTHING;
  const [local, global] = [ownProperty(fn, "Environment"), at(fn.globals, "Environment")];
  const written = environmentWith(local, global, { variables, ours: TOKEN });
  if (!("value" in written)) {
    return { changes: [], problems: [{ code: "ND015", where: `${fn.path}.Properties.Environment`, ...written }] };
  }
  // A version says which layer, and of which families the function has the variables from us.
  const isSet = (family: string) => Object.keys(variablesOf([family])).some((name) => written.ours.includes(name));
  const mark = mapChoice(choice, (key) => markOf(tokenOf([key]), families.filter(isSet)));
  const marked = versions.moving.map(({ version }) => descriptionChange(version, mark));
  const environment: Change = [[...fn.steps, "Properties", "Environment"], written.value];
  return {
    changes: [...(written.value === local ? [] : [environment]), ...marked.flatMap(({ changes }) => changes)],
    problems: marked.flatMap(({ problems }) => problems),
  };
}
