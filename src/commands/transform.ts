import { type EnsurePorts, ensureLayers, findLayers, type Outcome } from "../engine/ensure-layers.ts";
import { formatProblem, type Problem } from "../errors/problem.ts";
import { familiesIn, refreshOf } from "../packages/description.ts";
import { makePlan, type Plan, type PlannedLayer } from "../packages/plan.ts";
import type { LayerAnswer } from "../template/layer-answer.ts";
import { type MacroEvent, type MacroResponse, parametersOf, readParameters } from "../template/macro-event.ts";
import { readRequests } from "../template/read-requests.ts";
import { calledOn, snippetProblems } from "../template/snippet.ts";
import type { Scope } from "../template/values.ts";
import { resourcesTooMany } from "../template/waiters.ts";
import { draftAnswer } from "../template/write-answer.ts";

export interface TransformOptions {
  /** Seconds to wait for builds; the macro parameter of the same name overrides it. */
  readonly waitSeconds: number;
  /** When we must have answered, in milliseconds since the epoch, whatever the wait. */
  readonly latest: number;
  /** ARN of the waiter: the ServiceToken of deferred layers. */
  readonly waiterArn: string;
  /** Takes a line for the log: what is to be known and keeps nothing from being done. */
  readonly warn: (line: string) => void;
}

/** CloudFormation cuts long messages; the first lines are the ones read. */
const MAX_MESSAGE = 3_900;

/** All problems, one line each, sorted by path, as many as fit. */
export function errorMessage(problems: readonly Problem[]): string {
  const lines = [...new Set(problems.map(formatProblem))].sort();
  const kept: string[] = [];
  let size = 0;
  for (const line of lines) {
    if (kept.length > 0 && size + line.length > MAX_MESSAGE) break;
    kept.push(line.slice(0, MAX_MESSAGE));
    size += line.length + 1;
  }
  const left = lines.length - kept.length;
  return [...kept, ...(left > 0 ? [`and ${left} more`] : [])].join("\n");
}

/** The functions of a layer, by name as long as they are few. */
function usersOf({ functions }: PlannedLayer): string {
  const more = functions.length > 3 ? ` and ${functions.length - 3} more functions` : "";
  return `${functions.slice(0, 3).join(", ")}${more}`;
}

/** A build's problem as seen from the block that wanted the layer. */
function inTemplate(layer: PlannedLayer, problem: Problem): Problem {
  const [first = "", ...others] = layer.functions;
  const more = others.length > 0 ? ` (and ${others.length} more functions)` : "";
  const inside = problem.where.startsWith("Packages") ? problem.where.slice("Packages".length) : undefined;
  if (inside === undefined) return { ...problem, where: `${first}: ${problem.where}${more}` };
  const users = layer.block.startsWith(`${first}.`) ? more : ` (for ${usersOf(layer)})`;
  return { ...problem, where: `${layer.block}${inside}${users}` };
}

function missingProblem(layer: PlannedLayer): Problem {
  return {
    code: "ND010",
    where: usersOf(layer),
    what: `the layer ${layer.name} with ${layer.spec.packages.join(", ")} is not in this account and region`,
    todo: "deploy with OnMissing: Build once, or make the layer ahead of the deploy",
  };
}

function unfinishedProblem(layer: PlannedLayer): Problem {
  return {
    code: "ND019",
    where: usersOf(layer),
    what: `the layer ${layer.name} is still being built`,
    todo: "deploy again in a few minutes, or name NativeDeps in the template's Transform list, where it need not wait",
  };
}

/** What failed; and if there is a word for it, what is missing without having failed. */
function problemsOf(
  plan: Plan,
  outcomes: ReadonlyMap<string, Outcome>,
  missing: ((layer: PlannedLayer) => Problem) | undefined,
): readonly Problem[] {
  return plan.layers.flatMap((layer) => {
    const outcome = outcomes.get(layer.key);
    if (outcome?.state === "failed") return [inTemplate(layer, outcome.problem)];
    return outcome?.state === "ready" || missing === undefined ? [] : [missing(layer)];
  });
}

function noRoom(scope: Scope, deferred: readonly string[]): readonly Problem[] {
  const over = resourcesTooMany(scope, deferred);
  if (over === 0) return [];
  const what = `would have at least ${over} resources more than the 500 of a template with those that wait for layers`;
  const todo = "deploy again in a few minutes, when the layers are built, or raise WaitSeconds";
  return [{ code: "ND014", where: "Resources", what, todo }];
}

const answerOf = (outcome: Outcome): LayerAnswer =>
  outcome.state === "ready"
    ? {
        state: "ready",
        arn: outcome.arn,
        refresh: refreshOf(outcome.description),
        families: familiesIn(outcome.description),
      }
    : { state: "deferred" };

/** What is nested so deeply that reading it leaves no room on the stack is no template that a person wrote. */
const TOO_DEEP: Problem = {
  code: "ND028",
  where: "The template",
  what: "is nested too deeply to be read",
  todo: "write it with fewer levels",
};

/**
 * The macro: the template with every layer in its functions, or every problem with it. Looks up each distinct layer
 * once, builds what is missing, and defers what takes longer than the wait to the waiter.
 */
export async function transform(
  ports: EnsurePorts,
  event: MacroEvent,
  options: TransformOptions,
): Promise<MacroResponse> {
  const { requestId, fragment } = event;
  const fail = (problems: readonly Problem[]): MacroResponse => ({
    requestId,
    status: "failure",
    errorMessage: errorMessage(problems),
    fragment,
  });
  try {
    return await answer(ports, event, options, fail);
  } catch (failure) {
    if (failure instanceof RangeError) return fail([TOO_DEEP]);
    throw failure;
  }
}

async function answer(
  ports: EnsurePorts,
  event: MacroEvent,
  options: TransformOptions,
  fail: (problems: readonly Problem[]) => MacroResponse,
): Promise<MacroResponse> {
  const { requestId, fragment } = event;
  const parameters = parametersOf(event);
  const called = calledOn(fragment);
  if ("code" in called) return fail([called]);
  const { template, snippet } = called;
  const mistakes: Problem[] = [...snippetProblems(called)];
  const given = readParameters(event.params, mistakes);
  const { requests, problems, warnings } = readRequests(template, { parameters, release: given.release });
  const plan = makePlan(requests, [...mistakes, ...problems], warnings);
  for (const warning of plan.warnings) options.warn(formatProblem(warning));
  const draft = draftAnswer({ fragment: template, plan, parameters, serviceToken: options.waiterArn });
  const all = [...plan.problems, ...draft.problems];
  if (all.length > 0) return fail(all);

  const now = ports.clock.now();
  const deadline = Math.min(now + (given.waitSeconds ?? options.waitSeconds) * 1_000, options.latest);
  const mayBuild = given.onMissing === "Build";
  const outcomes = mayBuild ? await ensureLayers(ports, plan.layers, deadline) : await findLayers(ports, plan.layers);
  const missing = !mayBuild ? missingProblem : snippet ? unfinishedProblem : undefined;
  const failures = problemsOf(plan, outcomes, missing);
  if (failures.length > 0) return fail(failures);
  const answers = new Map([...outcomes].map(([key, outcome]) => [key, answerOf(outcome)]));
  const deferred = [...answers].filter(([, answer]) => answer.state === "deferred").map(([key]) => key);
  const tooMany = noRoom({ fragment: template, parameters, loops: [] }, deferred);
  if (tooMany.length > 0) return fail(tooMany);
  const written = draft.write(answers);
  if ("problems" in written) return fail(written.problems);
  return { requestId, status: "success", fragment: called.answer(written.fragment) };
}
