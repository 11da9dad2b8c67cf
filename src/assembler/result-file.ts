import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { BuildResult, Stage } from "../packages/build-result.ts";

/** Readers take at most 64 KB. */
const MAX_BYTES = 60 * 1024;
const MAX_WARNINGS = 40;

/** result.json while the build goes on: on disk it always says what was begun last. */
export interface ResultFile {
  /** Runs one stage, timed; the file says so before it begins. */
  stage<T>(name: Stage, work: () => Promise<T>): Promise<T>;
  update(facts: Partial<BuildResult>): void;
  current(): BuildResult;
}

/** Starts a result as "failed": whoever finds it unfinished knows that the build was cut off, and where. */
export function beginResult(key: string, ref: string): BuildResult {
  return {
    v: 1,
    key,
    status: "failed",
    stage: "pull",
    stages: [],
    packages: [],
    image: { ref, digest: "", release: "-" },
    files: 0,
    bytesUnzipped: 0,
    bytesZipped: 0,
    zipSha256: "",
    treeDigest: "",
    warnings: [],
  };
}

/** @param say prints one line of progress */
export function resultFile(folder: string, initial: BuildResult, say: (line: string) => void): ResultFile {
  let result = initial;
  const update = (facts: Partial<BuildResult>): void => {
    result = { ...result, ...facts };
    writeWhole(join(folder, "result.json"), `${fitting(result)}\n`);
  };
  return {
    async stage(name, work) {
      update({ stage: name });
      const start = performance.now();
      try {
        return await work();
      } finally {
        const ms = Math.round(performance.now() - start);
        update({ stages: [...result.stages, { name, ms }] });
        say(`${name.padEnd(8)} ${(ms / 1000).toFixed(1).padStart(6)} s`);
      }
    },
    update,
    current: () => result,
  };
}

/** A reader sees the old file or the new one, never a part. */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, path);
  } catch (failure) {
    rmSync(draft, { force: true });
    throw failure;
  }
}

/** The requested packages matter most, dependencies at the end of the list least. */
function fitting(result: BuildResult): string {
  const warnings = result.warnings.slice(0, MAX_WARNINGS).map((warning) => warning.slice(0, 300));
  const packages = [...result.packages].sort((a, b) => Number(b.requested) - Number(a.requested));
  for (let count = packages.length; ; count = Math.floor(count * 0.8)) {
    const text = JSON.stringify({ ...result, warnings, packages: packages.slice(0, count) }, null, 1);
    if (Buffer.byteLength(text) <= MAX_BYTES || count === 0) return text;
  }
}
