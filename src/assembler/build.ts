import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { oneLine, type Problem, ProblemError, problemOf } from "../errors/problem.ts";
import { layerKey, type RuntimeLayerSpec } from "../packages/layer-spec.ts";
import { imageForRuntime } from "./image.ts";
import { DISK_FULL } from "./install/install-problem.ts";
import type { Fetch } from "./install/repositories.ts";
import { makeLayer } from "./make-layer.ts";
import type { ContainerEngine } from "./ports.ts";
import { beginResult, resultFile } from "./result-file.ts";
import { parseSpec } from "./spec.ts";

export interface BuildOptions {
  /** File that holds the layer spec. */
  readonly spec: string;
  /** Folder for the layer, what is known of it, and result.json; made if missing. */
  readonly out: string;
  readonly engine: ContainerEngine;
  /** Image to use in place of the runtime's own. */
  readonly image: string | undefined;
  /** Registry of the Lambda images, if not AWS's own. */
  readonly registry: string | undefined;
  /** Key that the macro asked for; the spec must be of this key. */
  readonly expectedKey: string | undefined;
  /** Refresh number, in digits; 0 if undefined. */
  readonly refresh: string | undefined;
  /** Prints one line of progress. */
  readonly say: (line: string) => void;
  readonly fetch: Fetch;
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** What a build leaves: the layer with all that is known of it, and how it went. */
const LAYER = ["layer.zip", "layer.json", "sbom.cdx.json", "reasons.json"];
/** Folder in `out` for files on the way. */
const WORK = ".work";
/** Tells containers of builds into one folder. */
const OUT_LABEL = "nativedeps.out";
const UNEXPECTED = {
  code: "ND199",
  where: "assembler",
  todo: "build again; if it stays so, report it with the build's log",
};

/**
 * Builds the layer of a spec. Whatever happens, result.json tells; nothing else is left of a failed build.
 *
 * @returns the problem that stopped it, if one did
 */
export async function buildLayer(options: BuildOptions): Promise<Problem | undefined> {
  const { out, engine, say, signal } = options;
  const clear = (names: readonly string[]): void => {
    for (const name of names) rmSync(join(out, name), { recursive: true, force: true });
  };
  mkdirSync(out, { recursive: true });
  clear([...LAYER, "result.json", WORK]);
  mkdirSync(join(out, WORK));

  let file = resultFile(out, beginResult(options.expectedKey ?? "", options.image ?? ""), say);
  try {
    const spec = parseSpec(readSpec(options.spec));
    const key = checkedKey(spec, options.expectedKey);
    const ref = options.image ?? imageForRuntime(spec.runtime, spec.arch, options.registry || undefined);
    file = resultFile(out, beginResult(key, ref), say);
    const refresh = refreshNumber(options.refresh ?? "0");
    const labels = { nativedeps: "1", "nativedeps.key": key, [OUT_LABEL]: resolve(out) };
    // Of a build into this folder that was killed.
    for (const container of await engine.labelled(OUT_LABEL, resolve(out))) await engine.remove(container);
    await makeLayer({ ...options, engine, spec, key, ref, refresh, work: join(out, WORK), labels, file });
    clear([WORK]);
    file.update({ status: "ok" });
    return undefined;
  } catch (failure) {
    // First of all, for it may have filled the disk.
    clear([...LAYER, WORK]);
    const problem = signal.aborted ? STOPPED : isDiskFull(failure) ? DISK_FULL : problemOf(failure, UNEXPECTED);
    file.update({ status: "failed", problem });
    return problem;
  }
}

const isDiskFull = (failure: unknown): boolean => (failure as NodeJS.ErrnoException).code === "ENOSPC";

const STOPPED: Problem = {
  code: "ND142",
  where: "assembler",
  what: "the build was stopped from outside",
  todo: "build again",
};

function readSpec(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (failure) {
    throw badInput(`it cannot be read (${oneLine(String(failure))})`);
  }
}

function refreshNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw badInput(`the refresh number "${text}" is no number`);
  return Number(text);
}

function checkedKey(spec: RuntimeLayerSpec, expected: string | undefined): string {
  const key = layerKey(spec);
  if (expected === undefined || expected === key) return key;
  throw badInput(`its key is ${key}, not ${expected}, which the build was started for`);
}

const badInput = (what: string): ProblemError =>
  new ProblemError({ code: "ND101", where: "layer spec", what, todo: "deploy again" });
