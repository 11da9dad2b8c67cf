import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { tempRoot } from "../../assembler/temp-root.ts";
import { schedule } from "./schedule.ts";
import * as whole from "./subject.ts";
import type { Engine } from "./world.ts";

const SINGLE_FLIGHT = "src/engine/single-flight.ts";
const PUBLISH = "src/engine/publish.ts";

/** The engine without one of the things that make it safe: what is taken out, and what is put in its place. */
const MUTANTS: Readonly<Record<string, readonly [file: string, from: string, to: string]>> = {
  "the read-back of a claim": [
    SINGLE_FLIGHT,
    "return etag === undefined ? ports.locks.read(claim.key) : { lock: claim, etag };",
    "return etag === undefined ? undefined : { lock: claim, etag };",
  ],
  "the look for a running build before a takeover": [
    SINGLE_FLIGHT,
    "const running = await ports.builds.running(job.key, job.spec.arch);",
    "const running = undefined as string | undefined;",
  ],
  "the listing inside the claim": [
    SINGLE_FLIGHT,
    "const layer = await ports.layers.find(job.name, job.key);",
    "const layer = undefined as LayerVersion | undefined;",
  ],
  "the listing before publishing": [
    PUBLISH,
    "const before = (await publisher.list(layer.name)).find(supersedes);",
    "const before = undefined as LayerVersion | undefined;",
  ],
  "the listing after an unclear answer": [
    PUBLISH,
    "const after = (await publisher.list(layer.name)).find(supersedes);",
    "const after = undefined as LayerVersion | undefined;",
  ],
  "the age at which a claim is too old to start with": [
    SINGLE_FLIGHT,
    "if (ports.clock.now() - mine.lock.claimedAt >= LAST_START_MS)",
    "if (false)",
  ],
  "the token of a young claim": [
    SINGLE_FLIGHT,
    "return takeOver(ports, job, held, held.lock.token);",
    "return takeOver(ports, job, held);",
  ],
};

/** How many schedules are tried with each. */
const MOST = 2_000;

async function mutant(file: string, from: string, to: string): Promise<Engine> {
  const outfile = join(tempRoot(), "engine.mjs");
  const source = readFileSync(file, "utf8");
  expect(source.split(from), `${file} has this line once: ${from}`).toHaveLength(2);
  await build({
    entryPoints: ["test/unit/engine/model/subject.ts"],
    ...{ outfile, bundle: true, format: "esm", platform: "node", logLevel: "silent" },
    plugins: [
      {
        name: "mutant",
        setup: ({ onLoad }) =>
          onLoad({ filter: new RegExp(`${file.replaceAll(".", "\\.")}$`) }, () => ({
            contents: source.replace(from, to),
            loader: "ts",
          })),
      },
    ],
  });
  return (await import(pathToFileURL(outfile).href)) as Engine;
}

describe("the model notices the loss of", () => {
  it.each(Object.entries(MUTANTS))(
    "%s",
    async (_name, [file, from, to]) => {
      const engine = await mutant(file, from, to);
      let seed = 1;
      while (seed <= MOST && (await schedule(engine, seed)).length === 0) seed += 1;
      expect(seed, "schedules tried").toBeLessThanOrEqual(MOST);
      expect(await schedule(whole, seed), `the whole engine, seed ${seed}`).toEqual([]);
    },
    120_000,
  );
});
