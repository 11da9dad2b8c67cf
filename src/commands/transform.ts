import { type EnsurePorts, ensureLayers, findLayers, type Outcome } from "../engine/ensure-layers.ts";
import { formatProblem, type Problem } from "../errors/problem.ts";
import { makePlan, type Plan, type PlannedLayer } from "../packages/plan.ts";
import { isObject } from "../template/json.ts";
import { type MacroEvent, type MacroResponse, readParameters } from "../template/macro-event.ts";
import { readRequests } from "../template/read-requests.ts";
import { type LayerAnswer, writeAnswer, writeProblems } from "../template/write-answer.ts";

export interface TransformOptions {
  /** Seconds to wait for builds; the macro parameter of the same name overrides it. */
  readonly waitSeconds: number;
  /** When we must have answered, in milliseconds since the epoch, whatever the wait. */
  readonly latest: number;
  /** ARN of the waiter: the ServiceToken of deferred layers. */
  readonly waiterArn: string;
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

/** A build's problem as seen from the function that wanted the layer. */
function inFunction(layer: PlannedLayer, problem: Problem): Problem {
  const first = layer.functions[0] ?? "";
  const others = layer.functions.length > 1 ? ` (and ${layer.functions.length - 1} more functions)` : "";
  const inside = problem.where.startsWith("Packages") ? `.Metadata.${problem.where}` : `: ${problem.where}`;
  return { ...problem, where: `${first}${inside}${others}` };
}

function missingProblem(layer: PlannedLayer): Problem {
  return {
    code: "ND010",
    where: layer.functions.join(", "),
    what: `the layer ${layer.name} with ${layer.spec.packages.join(", ")} is not in this account and region`,
    todo: "deploy with OnMissing: Build once, or make the layer ahead of the deploy",
  };
}

function problemsOf(plan: Plan, outcomes: ReadonlyMap<string, Outcome>, mayDefer: boolean): readonly Problem[] {
  return plan.layers.flatMap((layer) => {
    const outcome = outcomes.get(layer.key);
    if (outcome?.state === "failed") return [inFunction(layer, outcome.problem)];
    return outcome?.state === "ready" || mayDefer ? [] : [missingProblem(layer)];
  });
}

const answerOf = (outcome: Outcome): LayerAnswer =>
  outcome.state === "ready" ? { state: "ready", arn: outcome.arn } : { state: "deferred" };

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
  if (!isObject(fragment) || !isObject(fragment.Resources)) {
    const what = "NativeDeps was called on a part of a template";
    const todo = "name NativeDeps in the template's own Transform list";
    return fail([{ code: "ND011", where: "Fn::Transform", what, todo }]);
  }
  const mistakes: Problem[] = [];
  const parameters = readParameters(event.params, mistakes);
  const { requests, problems } = readRequests(fragment, parameters.release);
  const plan = makePlan(requests, [...mistakes, ...problems]);
  const all = [...plan.problems, ...writeProblems(fragment, plan)];
  if (all.length > 0) return fail(all);

  const now = ports.clock.now();
  const deadline = Math.min(now + (parameters.waitSeconds ?? options.waitSeconds) * 1_000, options.latest);
  const mayBuild = parameters.onMissing === "Build";
  const outcomes = mayBuild ? await ensureLayers(ports, plan.layers, deadline) : await findLayers(ports, plan.layers);
  const failures = problemsOf(plan, outcomes, mayBuild);
  if (failures.length > 0) return fail(failures);
  const answers = new Map([...outcomes].map(([key, outcome]) => [key, answerOf(outcome)]));
  return { requestId, status: "success", fragment: writeAnswer(fragment, plan, answers, options.waiterArn) };
}
