import { renameSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { oneLine, ProblemError } from "../errors/problem.ts";
import type { InstalledPackage } from "../packages/build-result.ts";
import { formatDescription } from "../packages/description.ts";
import { familiesOfTree } from "../packages/families.ts";
import { layerName } from "../packages/layer-name.ts";
import type { RuntimeLayerSpec } from "../packages/layer-spec.ts";
import { collectChange } from "./collect/collect.ts";
import { configuredLibraryFolders } from "./collect/library-folders.ts";
import { layeredRoot } from "./collect/rootfs.ts";
import { checkClosure } from "./elf/closure.ts";
import { lambdaLoader } from "./elf/loader.ts";
import { installPackages } from "./install/install.ts";
import { alreadyThere } from "./install/install-problem.ts";
import { checkLimits } from "./limits.ts";
import type { ContainerEngine, ContainerFileSystem } from "./ports.ts";
import { pruneTree } from "./prune.ts";
import { obtainImage } from "./pull.ts";
import { pathIndex } from "./relocate/path-index.ts";
import { relocate } from "./relocate/relocate.ts";
import { rewriteTree } from "./relocate/rewrite-tree.ts";
import { type ResultFile, writeWhole } from "./result-file.ts";
import { type LayerTree, unzippedBytes } from "./tree.ts";
import { treeDigest } from "./tree-digest.ts";
import { writeZip } from "./zip.ts";

export interface LayerMaking {
  readonly engine: ContainerEngine;
  readonly spec: RuntimeLayerSpec;
  readonly key: string;
  /** Image reference. */
  readonly ref: string;
  readonly refresh: number;
  readonly out: string;
  /** Empty folder for files on the way. */
  readonly work: string;
  readonly file: ResultFile;
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** All stages of a build in their order; the container lives until the zip is written, for the layer's files are its. */
export async function makeLayer(making: LayerMaking): Promise<void> {
  const { engine, spec, key, ref, file, sleep } = making;
  const image = await file.stage("pull", () => obtainImage(engine, ref, sleep));
  file.update({ image: { ref, digest: image.digest, release: "-" } });

  const { container, report } = await file.stage("install", () => installPackages(engine, image.id, spec, key, sleep));
  try {
    file.update({
      packages: report.added,
      image: { ref, digest: image.digest, release: report.release },
      warnings: [
        ...alreadyThere(report).map((name) => `"${name}" is in Lambda's image already: nothing added for it`),
        ...report.scriptlets.map((line) => `${report.manager}: ${oneLine(line)}`),
      ],
    });
    await assemble(making, container);
  } finally {
    await engine.remove(container);
  }
}

async function assemble({ engine, spec, key, refresh, out, work, file, signal }: LayerMaking, container: string) {
  const stage: ResultFile["stage"] = async (name, work) => {
    // Stages read files synchronously: a signal gets its turn between them.
    await setImmediate();
    signal.throwIfAborted();
    return file.stage(name, work);
  };
  const warn = (more: readonly string[]) => file.update({ warnings: [...file.current().warnings, ...more] });

  const { base, installed, collected } = await stage("collect", async () => {
    const { upper, lower } = await overlayOf(engine, container);
    const pristine = layeredRoot(lower);
    return {
      base: pristine,
      installed: layeredRoot([upper, ...lower]),
      collected: collectChange(upper, pristine),
    };
  });

  const relocated = await stage("relocate", async () => {
    const libraryFolders = new Set(configuredLibraryFolders(installed).map((folder) => folder.slice(1)));
    const { tree, moved, folders, warnings } = relocate(collected, { base, installed, libraryFolders });
    warn(warnings);
    return rewriteTree(tree, pathIndex({ base, moved, folders }), work);
  });
  // Pruning goes by names alone, so the closure can judge what will be left.
  const prune = () => pruneTree(relocated, spec.keep, spec.drop);
  await stage("closure", async () => {
    const shipped = prune();
    warn(checkClosure(shipped, lambdaLoader(base, shipped, spec.arch), spec));
  });
  const tree = await stage("prune", async () => prune());
  await stage("limits", async () => {
    file.update({ files: tree.size, bytesUnzipped: unzippedBytes(tree) });
    refuseEmpty(tree);
    checkLimits(tree);
  });
  await stage("zip", async () => {
    const draft = join(work, "layer.zip");
    const [digest, zip] = [await treeDigest(tree), await writeZip(tree, draft)];
    const description = {
      key,
      tree: digest,
      release: file.current().image.release,
      env: familiesOfTree(tree.keys()),
      refresh,
    };
    const layer = {
      name: layerName(spec, key),
      description: formatDescription(description),
      runtime: spec.runtime,
      arch: spec.arch,
      license: licensesOf(file.current().packages),
    };
    signal.throwIfAborted();
    writeWhole(join(out, "layer.json"), `${JSON.stringify(layer, null, 1)}\n`);
    renameSync(draft, join(out, "layer.zip"));
    file.update({ bytesZipped: zip.bytes, zipSha256: zip.sha256, treeDigest: digest });
  });
}

async function overlayOf(engine: ContainerEngine, container: string): Promise<ContainerFileSystem> {
  const found = await engine.fileSystem(container);
  if (found !== undefined) return found;
  throw new ProblemError({
    code: "ND110",
    where: engine.name,
    what: "the container's file-system change cannot be read from here",
    todo: "build as root, with the overlay storage driver and an engine on this machine",
  });
}

function refuseEmpty(tree: LayerTree): void {
  if (tree.size > 0) return;
  throw new ProblemError({
    code: "ND107",
    where: "Packages.Runtime",
    what: "nothing that the packages install is of use to a function",
    todo: "ask for the package that holds the libraries or programs, or name its files in Keep",
  });
}

const licensesOf = (packages: readonly InstalledPackage[]): string =>
  [...new Set(packages.map((rpm) => rpm.license))].sort().join("; ");
