import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { oneLine, ProblemError } from "../../errors/problem.ts";
import { familiesOfTree, variablesOf } from "../../packages/families.ts";
import { type TarEntry, tarEntries } from "../collect/tar-entries.ts";
import { containerName } from "../install/install.ts";
import type { ContainerEngine } from "../ports.ts";
import type { Entry, LayerTree } from "../tree.ts";
import { FINISH_SCRIPT } from "./finish-script.ts";
import { packTree } from "./pack.ts";
import { type CacheTool, toolsFor } from "./tools.ts";

export interface Finishing {
  readonly engine: ContainerEngine;
  /** Id of the image. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Empty folder for what the tools write. */
  readonly folder: string;
}

export interface Finished {
  readonly tree: LayerTree;
  /** Path below /opt -> the tool that made it. */
  readonly made: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/**
 * Lets the layer's own tools make their caches where and as the files will be on Lambda: at /opt, dated, in the function's
 * image, with the variables that the function gets and without network. Without such tools nothing runs.
 */
export async function finishTree(tree: LayerTree, { engine, image, labels, folder }: Finishing): Promise<Finished> {
  const tools = toolsFor(tree);
  if (tools.length === 0) return { tree, made: new Map(), warnings: [] };
  const kept = new Map([...tree].filter(([path]) => !tools.some(({ writes }) => writes.test(path))));
  const environment = variablesOf(familiesOfTree(tree.keys()));
  const container = containerName();
  try {
    const outcome = await engine.run({
      ...{ name: container, image, labels, environment, script: FINISH_SCRIPT },
      args: tools.map(({ name }) => name),
      files: packTree(kept),
    });
    if (outcome.exitCode !== 0) throw notFinished(engine.name, outcome.exitCode, outcome.stderr);
    const written = await collectWritten(engine, container, tools, folder);
    for (const { entry } of written) kept.set(entry.path, entry);
    const failed = outcome.stdout.split("\n").filter((line) => line.includes("\t"));
    return {
      tree: kept,
      made: new Map(written.map(({ entry, tool }) => [entry.path, tool])),
      warnings: failed.map(
        (line) => `${line.split("\t").map(oneLine).join(": ").slice(0, 200)}: its cache is left out`,
      ),
    };
  } finally {
    await engine.remove(container);
  }
}

interface Written {
  readonly entry: Entry;
  readonly tool: string;
}

async function collectWritten(
  engine: ContainerEngine,
  container: string,
  tools: readonly CacheTool[],
  folder: string,
): Promise<readonly Written[]> {
  const written: Written[] = [];
  const { bytes, done } = engine.copyOut(container, "/opt");
  for await (const entry of tarEntries(bytes)) {
    const path = entry.path.toString().replace(/^opt\//, "");
    const tool = tools.find(({ writes }) => writes.test(path));
    if (tool === undefined || entry.kind !== "file") continue;
    const source = join(folder, createHash("sha256").update(path).digest("hex"));
    const size = await keep(entry, source);
    written.push({ entry: { kind: "file", path, source, size, mode: 0o644 }, tool: tool.name });
  }
  await done();
  return written;
}

async function keep({ content }: TarEntry, file: string): Promise<number> {
  const out = createWriteStream(file);
  await pipeline(content, out);
  return out.bytesWritten;
}

const notFinished = (engine: string, code: number, stderr: string): ProblemError =>
  new ProblemError({
    code: "ND102",
    where: engine,
    what: `the finishing container stopped with exit code ${code} (${oneLine(stderr).slice(-300)})`,
    todo: "see that the engine runs containers and that disk and memory suffice, then build again",
  });
