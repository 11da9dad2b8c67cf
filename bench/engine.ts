import { mkdirSync, writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { runProcess } from "../src/adapters/process/run-process.ts";
import { makePlan } from "../src/packages/plan.ts";
import { readRequests } from "../src/template/read-requests.ts";
import { templateOf } from "../test/acceptance/support/macro.ts";
import { type BenchOptions, count, type Figure, interleaved, median, ratio, runsOf, time } from "./support/figure.ts";
import { type LayerService, layerService } from "./support/layer-service.ts";

const group = "engine";

const [FUNCTIONS, SPECS] = [200, 20];
/** What a warm deployment may take, in calls' own time. */
const ROUND_TRIPS = 3;
/** Stacks at once, where the account's control plane lets so many calls a second in. */
const [STACKS, PER_SECOND] = [5, 15];
/** From a process's start to its first call, beside a handler that does nothing else. */
const COLD_START = 2;

const FOLDER = ".cache/bench/engine";
const MACRO = "./dist/macro/index.js";
const EMPTY = `./${FOLDER}/empty.cjs`;
const EVENT = `${FOLDER}/event.json`;

/** Calls a handler so many times, one after the other. */
const DRIVER = `
const { handler } = require(process.argv[1]);
const event = JSON.parse(require("node:fs").readFileSync(process.argv[2], "utf8"));
(async () => {
  const runs = [];
  for (let run = 0; run < Number(process.argv[3]); run += 1) {
    const start = performance.now();
    const { status, errorMessage } = await handler(event, { getRemainingTimeInMillis: () => 120_000 });
    runs.push({ ms: performance.now() - start, failure: status === "success" ? null : (errorMessage ?? "no answer") });
  }
  console.log(JSON.stringify(runs));
})();
`;

/** The least that makes one call. */
const EMPTY_HANDLER = `
exports.handler = async () => {
  const { LambdaClient, ListLayerVersionsCommand } = require("@aws-sdk/client-lambda");
  await new LambdaClient({}).send(new ListLayerVersionsCommand({ LayerName: "any" }));
  return { status: "success" };
};
`;

interface Run {
  readonly ms: number;
  /** What the user is told. */
  readonly failure: string | null;
}

/** Runs a handler in a process of its own. */
async function run(service: LayerService, handler: string, times = 1): Promise<readonly Run[]> {
  const credentials = { AWS_ACCESS_KEY_ID: "bench", AWS_SECRET_ACCESS_KEY: "bench", AWS_REGION: "us-east-1" };
  const environment = { PATH: process.env.PATH, AWS_ENDPOINT_URL: service.url, ...credentials, NATIVEDEPS_BUCKET: "b" };
  const args = ["-e", DRIVER, handler, EVENT, String(times)];
  const { exitCode, stdout, stderr } = await runProcess(process.execPath, args, { environment });
  if (exitCode !== 0) throw new Error(`${handler}: exit ${exitCode}\n${stderr}`);
  return JSON.parse(stdout) as readonly Run[];
}

/** Milliseconds from the start of a handler's process to its first call. */
async function toFirstCall(service: LayerService, handler: string): Promise<number> {
  const [start, before] = [performance.now(), service.calls.length];
  await run(service, handler);
  return (service.calls[before] ?? Number.NaN) - start;
}

/** Milliseconds of one call, as a client sees it. */
async function roundTrip({ url }: LayerService): Promise<number> {
  const start = performance.now();
  await (await fetch(`${url}/2018-10-31/layers/any/versions`)).text();
  return performance.now() - start;
}

function succeeded(runs: readonly Run[]): readonly Run[] {
  const failure = runs.find((each) => each.failure !== null)?.failure;
  if (failure !== undefined) throw new Error(`the macro failed: ${failure}`);
  return runs;
}

/** The figures of the group `engine`: the built macro in processes of its own, against a service that has all its layers. */
export async function figures(options: BenchOptions): Promise<readonly Figure[]> {
  const fragment = templateOf(
    Array.from({ length: FUNCTIONS }, (_, i) => ({ Runtime: ["jq"], Keep: [`share/doc/${i % SPECS}`] })),
  );
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(EMPTY, EMPTY_HANDLER);
  writeFileSync(EVENT, JSON.stringify({ fragment, params: {}, requestId: "bench", templateParameterValues: {} }));
  const { requests, problems, warnings } = readRequests(JSON.parse(JSON.stringify(fragment)));
  const service = await layerService(makePlan(requests, problems, warnings).layers);
  try {
    // The first of a process loads the client: that is the cold start, measured below.
    const [first, ...warm] = succeeded(await run(service, MACRO, runsOf(options) + 1));
    const calls = service.calls.length / (warm.length + 1);
    const trips: number[] = [];
    while (trips.length < warm.length) trips.push(await roundTrip(service));
    const cold = await interleaved(
      options.quick ? 5 : 20,
      () => toFirstCall(service, MACRO),
      () => toFirstCall(service, EMPTY),
    );
    service.limit(PER_SECOND);
    const stacks = (await Promise.all(Array.from({ length: STACKS }, () => run(service, MACRO)))).flat();
    const failed = stacks.filter(({ failure }) => failure !== null).length;

    const deploy = `${FUNCTIONS} functions in ${SPECS} specs`;
    const subjectRuns = warm.map(({ ms }) => ms);
    return [
      count({ name: `${deploy}: calls`, group, subjectRuns: [calls] }, SPECS),
      ratio({ name: "the same over one call", group, subjectRuns, baselineRuns: trips }, ROUND_TRIPS),
      time({ name: "the same", group, subjectRuns }),
      time({ name: "the same, in a new process", group, subjectRuns: [first?.ms ?? Number.NaN] }),
      count({ name: `${STACKS} such stacks at ${PER_SECOND} calls/s: failed`, group, subjectRuns: [failed] }, 0),
      time({ name: "the same", group, subjectRuns: [median(stacks.map(({ ms }) => ms))] }),
      ratio({ name: "cold start over an empty handler", group, ...cold }, COLD_START),
      time({ name: "cold start", group, subjectRuns: cold.subjectRuns }),
    ];
  } finally {
    service.close();
  }
}
