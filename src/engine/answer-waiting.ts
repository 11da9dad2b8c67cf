import { formatProblem, type Problem, ProblemError, problemOf } from "../errors/problem.ts";
import { layerName } from "../packages/layer-name.ts";
import { buildProblem } from "./build-problem.ts";
import { type CustomResourceEvent, resourceRequest, waitingRequest } from "./custom-resource.ts";
import type { EnsurePorts } from "./ensure-layers.ts";
import type { Answer, Answers, Build, Waiting, WaitingRequest } from "./ports.ts";
import { claimAndStart, recordedBuild } from "./single-flight.ts";

export interface WaiterPorts extends EnsurePorts {
  readonly waiting: Waiting;
  readonly answers: Answers;
}

/** CloudFormation reads at most 4,096 bytes of an answer, and a character may take four. */
const MAX_REASON = 800;

/** The same for one key always, so that an update never looks like a replacement. */
const physicalId = (key: string): string => `nativedeps-${key}`;

const ready = (key: string, arn: string): Answer => ({
  status: "SUCCESS",
  physicalId: physicalId(key),
  data: { LayerVersionArn: arn },
});

const failed = (key: string, problem: Problem): Answer => ({
  status: "FAILED",
  physicalId: physicalId(key),
  reason: formatProblem(problem).slice(0, MAX_REASON),
});

/** A finished build of the key, if the claim on it records one. */
async function finishedBuild(ports: WaiterPorts, key: string): Promise<Build | undefined> {
  const held = await ports.locks.read(key);
  const build = held === undefined ? undefined : await recordedBuild(ports, held.lock);
  return build?.state === "running" ? undefined : build;
}

/** The answer for a key; undefined while its build goes on. Starts the build if nobody has. */
async function answerFor(ports: WaiterPorts, key: string): Promise<Answer | undefined> {
  const spec = await ports.specs.read(key);
  if (spec === undefined) {
    const todo = "deploy the stack again, so that the macro writes it anew";
    return failed(key, { code: "ND025", where: "NativeDeps waiter", what: "the layer spec of this key is gone", todo });
  }
  const name = layerName(spec, key);
  // The build first, the layer second: a build that finishes in between is then found by its layer.
  const over = await finishedBuild(ports, key);
  const layer = await ports.layers.find(name, key);
  if (layer !== undefined) return ready(key, layer.arn);
  // The macro has claimed anew in this very deployment, so a finished build here is this deployment's.
  if (over !== undefined) return failed(key, buildProblem(over, await ports.results.read(key, over.id)));
  const flight = await claimAndStart(ports, { key, name, spec });
  return flight.state === "published" ? ready(key, flight.layer.arn) : undefined;
}

/** Sends one answer, and forgets the request; a request that cannot be answered must not keep the next from it. */
async function sendAnswer(ports: WaiterPorts, request: WaitingRequest, answer: Answer): Promise<void> {
  await ports.answers.send(request, answer);
  await ports.waiting.remove(request);
}

/** A damaged lock, and an account that may run no builds: waiting mends neither. */
const LASTING = ["ND022", "ND031"];

/** The answer for a key, a failure to find one being an answer too if it will be the same next time. */
async function answerOrFailure(ports: WaiterPorts, key: string): Promise<Answer | undefined> {
  try {
    return await answerFor(ports, key);
  } catch (failure) {
    if (failure instanceof ProblemError && LASTING.includes(failure.problem.code)) return failed(key, failure.problem);
    throw failure;
  }
}

/** Answers all requests that wait for a key, if there is an answer yet. Throws the first failure, after all were tried. */
async function answerKey(ports: WaiterPorts, key: string): Promise<void> {
  const answer = await answerOrFailure(ports, key);
  if (answer === undefined) return;
  const requests = await ports.waiting.list(key);
  await allTried(requests.map((request) => sendAnswer(ports, request, answer)));
}

/** Waits for all, then throws the first failure, if any. */
async function allTried(tasks: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(tasks);
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}

/** Stores a request, then looks: a build that finishes in between is seen here, one that finishes later by its event. */
async function waitForLayer(ports: WaiterPorts, request: WaitingRequest): Promise<void> {
  await ports.waiting.put(request);
  const answer = await answerOrFailure(ports, request.key);
  if (answer !== undefined) await sendAnswer(ports, request, answer);
}

/** CloudFormation wants the resource gone: whatever of it still waits is dropped. The layer stays. */
async function stopWaiting(ports: WaiterPorts, request: WaitingRequest): Promise<void> {
  const waiting = await ports.waiting.list(request.key);
  const ours = (w: WaitingRequest) =>
    w.stackId === request.stackId && w.logicalResourceId === request.logicalResourceId;
  await Promise.all(waiting.filter(ours).map((w) => ports.waiting.remove(w)));
}

/**
 * Looks at every key that somebody waits for. Runs on each build event, whichever build it is about, and every five
 * minutes, so that a lost event or a refused start delays an answer and does not lose it. One key's failure keeps no
 * other from its answer; the first is thrown at the end, for the log.
 */
export async function sweep(ports: WaiterPorts): Promise<void> {
  const keys = new Set((await ports.waiting.list()).map((request) => request.key));
  await allTried([...keys].map((key) => answerKey(ports, key)));
}

/**
 * Handles CloudFormation's request for a deferred layer: it is answered here and now, or later by a sweep. Whatever
 * fails here, CloudFormation is answered first: without an answer it waits for an hour.
 */
export async function handleRequest(ports: WaiterPorts, event: CustomResourceEvent): Promise<void> {
  const id = event.PhysicalResourceId ?? "nativedeps-unknown";
  const request = waitingRequest(event);
  if (event.RequestType === "Delete") {
    await ports.answers.send(resourceRequest(event), { status: "SUCCESS", physicalId: id, data: {} });
    if (request !== undefined) await stopWaiting(ports, request);
    return;
  }
  if (request === undefined) {
    const where = `Resources.${event.LogicalResourceId}.Properties.Key`;
    const problem = { code: "ND026", where, what: "is not a layer key", todo: "let the NativeDeps macro write it" };
    await ports.answers.send(resourceRequest(event), { ...failed("unknown", problem), physicalId: id });
    return;
  }
  try {
    await waitForLayer(ports, request);
  } catch (failure) {
    const problem = problemOf(failure, { code: "ND030", where: "NativeDeps waiter", todo: "deploy again" });
    await sendAnswer(ports, request, failed(request.key, problem));
  }
}
