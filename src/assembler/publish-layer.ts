import { readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { oneLine, type Problem, ProblemError, problemOf } from "../errors/problem.ts";
import type { BuildResult } from "../packages/build-result.ts";
import type { Architecture } from "../packages/layer-spec.ts";
import { writeWhole } from "./result-file.ts";

/** layer.json: what publishing needs to know of a built layer. */
export interface BuiltLayer {
  readonly name: string;
  readonly description: string;
  readonly runtime: string;
  readonly arch: Architecture;
  readonly license: string;
}

/** What is kept of a published layer. */
const RECORD = ["sbom.cdx.json", "reasons.json", "result.json"];

export interface PublishOptions {
  /** Folder that a build wrote. */
  readonly dir: string;
  /** Name that the macro expects the layer under. */
  readonly expectedName: string;
  /** Publishes the layer of this key, unless another build has. */
  readonly publish: (layer: BuiltLayer, key: string) => Promise<{ status: "ok" | "superseded"; arn: string }>;
  /** Keeps a file under its name beyond the build's own folder. */
  readonly keepRecord: (file: string, key: string, tree: string) => Promise<void>;
  readonly say: (line: string) => void;
}

/**
 * Publishes a built layer and completes its result.json.
 *
 * @returns the problem that prevented it, if one did
 */
export async function publishLayer(options: PublishOptions): Promise<Problem | undefined> {
  const file = join(options.dir, "result.json");
  let result: BuildResult | undefined;
  const write = (facts: Partial<BuildResult>): void => {
    if (result === undefined) return;
    result = { ...result, ...facts };
    writeWhole(file, `${JSON.stringify(result, null, 1)}\n`);
  };
  try {
    result = readJson<BuildResult>(file);
    const layer = readJson<BuiltLayer>(join(options.dir, "layer.json"));
    checkBuilt(result, layer, options.expectedName);
    const { key, treeDigest, stages } = result;
    write({ status: "failed", stage: "publish" });
    const start = performance.now();
    const { status, arn } = await options.publish(layer, key);
    const ms = Math.round(performance.now() - start);
    write({ status, layerVersionArn: arn, stages: [...stages, { name: "publish", ms }] });
    options.say(`publish  ${(ms / 1000).toFixed(1).padStart(6)} s  ${arn}`);
    // What another build has published has its record from that build.
    if (status === "ok") await keepRecord(options, key, treeDigest);
    return undefined;
  } catch (failure) {
    const problem = problemOf(failure, { code: "ND141", where: "publish", todo: "deploy again" });
    write({ status: "failed", problem });
    return problem;
  }
}

/** The layer is published by now: a missing record must not fail its build. */
async function keepRecord({ dir, keepRecord, say }: PublishOptions, key: string, tree: string): Promise<void> {
  try {
    for (const name of RECORD) await keepRecord(join(dir, name), key, tree);
  } catch (failure) {
    say(`publish: the record was not kept: ${oneLine(String(failure))}`);
  }
}

function checkBuilt(result: BuildResult, layer: BuiltLayer, expectedName: string): void {
  if (result.status !== "ok" || result.stage !== "zip") throw unfit("its build did not succeed", "build it first");
  if (!/^[0-9a-f]{64}$/.test(result.key) || !/^[0-9a-f]{64}$/.test(result.treeDigest)) {
    throw unfit("result.json holds no key or no tree digest", "build it again");
  }
  if (layer.name !== expectedName) {
    throw unfit(`it is named ${layer.name}, but ${expectedName} is asked for`, "deploy again");
  }
}

function readJson<T>(path: string): T {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch (failure) {
    throw unfit(`${path} cannot be read (${oneLine(String(failure))})`, "build the layer first");
  }
}

const unfit = (what: string, todo: string): ProblemError =>
  new ProblemError({ code: "ND140", where: "publish", what, todo });
