import { performance } from "node:perf_hooks";
import { transform } from "../src/commands/transform.ts";
import { formatDescription } from "../src/packages/description.ts";
import type { JsonObject } from "../src/template/json.ts";
import { fakePorts } from "../test/fakes/ports.ts";
import { type BenchOptions, type Figure, interleaved, ratio, runsOf, time } from "./support/figure.ts";
import { largeTemplate, SPECS } from "./support/large-template.ts";
import { translatorProcess } from "./support/translator-process.ts";

/** The macro's part in a deploy, beside what the SAM transform takes anyway. */
const MOST_OF_SAM = 0.02;
/** Time per resource at 500 resources over that at 50: linear is 1. */
const MOST_GROWTH = 2;
const [SMALL, LARGE] = [50, 500];

/** All layers are there, and looking them up takes no time: what is left is our own work. */
function portsWithLayers() {
  const ports = fakePorts();
  ports.layers.find = async (name, key) => ({
    arn: `arn:aws:lambda:us-east-1:123456789012:layer:${name}:1`,
    description: formatDescription({ key, tree: key, release: "-", env: [], refresh: 0 }),
  });
  return ports;
}

/** Milliseconds of one transform; throws unless it did what the template asks. */
async function once(fragment: JsonObject): Promise<number> {
  const ports = portsWithLayers();
  const event = { requestId: "r", region: "us-east-1", accountId: "1", transformId: "t", fragment };
  const start = performance.now();
  const answer = await transform(ports, event, {
    waitSeconds: 0,
    latest: Number.POSITIVE_INFINITY,
    waiterArn: "arn",
    warn: () => {},
  });
  const ms = performance.now() - start;
  if (answer.status !== "success") throw new Error(answer.errorMessage);
  const layers = new Set(JSON.stringify(answer.fragment).match(/:layer:nativedeps-[^"]*/g));
  if (layers.size !== SPECS) throw new Error(`${layers.size} layers in the answer, not ${SPECS}`);
  return ms;
}

/** Transforms to a run: one alone, after the half second that the translator takes, is mostly the machine waking up. */
const TO_A_RUN = 5;

/** Mean of many, where one is too short to measure. */
async function repeated(fragment: JsonObject, times: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < times; i += 1) sum += await once(fragment);
  return sum / times;
}

/** The figures of the group `template`. */
export async function figures(options: BenchOptions): Promise<readonly Figure[]> {
  const [small, large, eventless] = [largeTemplate(SMALL), largeTemplate(LARGE), largeTemplate(LARGE, false)];
  const group = "template";
  const first = await once(large);
  const translator = translatorProcess();
  try {
    const sam = await interleaved(
      runsOf(options),
      () => repeated(large, TO_A_RUN),
      () => translator.translate(large),
    );
    const plain = await interleaved(
      runsOf(options),
      () => repeated(eventless, TO_A_RUN),
      () => translator.translate(eventless),
    );
    const growth = await interleaved(
      runsOf(options) * 2 + 1,
      async () => (await repeated(large, 2)) / LARGE,
      async () => (await repeated(small, 20)) / SMALL,
    );
    return [
      time({ name: `transform of ${LARGE} resources, first run`, group, subjectRuns: [first] }),
      time({ name: `transform of ${LARGE} resources`, group, subjectRuns: sam.subjectRuns }),
      time({ name: `SAM translator on the same template`, group, subjectRuns: sam.baselineRuns }),
      ratio({ name: "transform over SAM translator", group, ...sam }, MOST_OF_SAM),
      ratio({ name: "the same without any events", group, ...plain }, null),
      ratio({ name: `time per resource, ${LARGE} over ${SMALL}`, group, ...growth }, MOST_GROWTH),
    ];
  } finally {
    translator.end();
  }
}
