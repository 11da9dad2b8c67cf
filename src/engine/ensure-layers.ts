import type { Problem } from "../errors/problem.ts";
import { buildProblem } from "./build-problem.ts";
import type { Build, LayerVersion, Results } from "./ports.ts";
import { claimAndStart, type FlightPorts, type Job } from "./single-flight.ts";

export type Outcome =
  | { readonly state: "ready"; readonly arn: string; readonly description: string }
  /** Not there when the time was up; its build goes on, or is still to be started. */
  | { readonly state: "unfinished" }
  | { readonly state: "failed"; readonly problem: Problem };

export interface EnsurePorts extends FlightPorts {
  readonly results: Results;
}

/** Time between two looks at the running builds: a finished build is to be noticed within 5 s. */
const POLL_MS = 3_000;

/** What is known of one missing layer while we wait. */
interface Pending {
  readonly job: Job;
  buildId?: string;
}

const ready = ({ arn, description }: LayerVersion): Outcome => ({ state: "ready", arn, description });

/** The outcome of a finished build: the layer, found by the same call as at the start, or why there is none. */
async function settle(ports: EnsurePorts, job: Job, build: Build): Promise<Outcome> {
  const layer = await ports.layers.find(job.name, job.key);
  if (layer !== undefined) return ready(layer);
  return { state: "failed", problem: buildProblem(build, await ports.results.read(job.key, build.id)) };
}

/** One look at every pending layer: starts what can be started, settles what has finished. */
async function step(ports: EnsurePorts, pending: Map<string, Pending>, outcomes: Map<string, Outcome>): Promise<void> {
  const unstarted = [...pending.values()].filter((p) => p.buildId === undefined);
  await Promise.all(
    unstarted.map(async (p) => {
      const flight = await claimAndStart(ports, p.job);
      if (flight.state === "building") p.buildId = flight.buildId;
      if (flight.state === "published") outcomes.set(p.job.key, ready(flight.layer));
    }),
  );
  const ids = [...pending.values()].flatMap((p) =>
    p.buildId !== undefined && !outcomes.has(p.job.key) ? p.buildId : [],
  );
  const builds = ids.length === 0 ? [] : await ports.builds.describe(ids);
  await Promise.all(
    [...pending.values()].map(async (p) => {
      const build = builds.find((b) => b.id === p.buildId);
      if (build !== undefined && build.state !== "running") outcomes.set(p.job.key, await settle(ports, p.job, build));
    }),
  );
  for (const key of outcomes.keys()) pending.delete(key);
}

/** The outcome of looking only: "ready" or "unfinished" for each key. One call per job, all at once. */
export async function findLayers(
  ports: Pick<EnsurePorts, "layers">,
  jobs: readonly Job[],
): Promise<Map<string, Outcome>> {
  const found = jobs.map(async (job): Promise<[string, Outcome]> => {
    const layer = await ports.layers.find(job.name, job.key);
    return [job.key, layer === undefined ? { state: "unfinished" } : ready(layer)];
  });
  return new Map(await Promise.all(found));
}

/**
 * Finds the layer of every job, builds what is missing, all at once, and waits for it until `deadline`.
 * One outcome for each key.
 * @param deadline milliseconds since the epoch
 */
export async function ensureLayers(
  ports: EnsurePorts,
  jobs: readonly Job[],
  deadline: number,
): Promise<ReadonlyMap<string, Outcome>> {
  const found = await findLayers(ports, jobs);
  const missing = jobs.filter((job) => found.get(job.key)?.state === "unfinished");
  if (missing.length === 0) return found;

  const pending = new Map(missing.map((job): [string, Pending] => [job.key, { job }]));
  const outcomes = new Map<string, Outcome>();
  await step(ports, pending, outcomes);
  while (pending.size > 0 && ports.clock.now() < deadline) {
    await ports.clock.sleep(Math.min(POLL_MS, deadline - ports.clock.now()));
    await step(ports, pending, outcomes);
  }
  return new Map([...found, ...outcomes]);
}
