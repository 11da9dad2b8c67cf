import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { oneLine, ProblemError } from "../errors/problem.ts";
import type { InstalledPackage } from "../packages/build-result.ts";
import { formatDescription } from "../packages/description.ts";
import { familiesOfTree } from "../packages/families.ts";
import { layerName } from "../packages/layer-name.ts";
import type { RuntimeLayerSpec } from "../packages/layer-spec.ts";
import type { ContainerChange } from "./collect/change.ts";
import { exportedChange } from "./collect/exported.ts";
import { layerContent } from "./collect/layer-content.ts";
import { configuredLibraryFolders } from "./collect/library-folders.ts";
import { overlayChange } from "./collect/overlay.ts";
import { checkClosure } from "./elf/closure.ts";
import { lambdaLoader } from "./elf/loader.ts";
import { namingProviders } from "./find-provider.ts";
import { finishTree } from "./finish/finish.ts";
import { linkNames } from "./hard-links.ts";
import { containerName, type Installation, type Installed, installPackages } from "./install/install.ts";
import type { Fetch } from "./install/repositories.ts";
import { checkLimits } from "./limits.ts";
import type { ContainerEngine } from "./ports.ts";
import { pruneTree } from "./prune.ts";
import { obtainImage } from "./pull.ts";
import { requestedLinks, runpathLinks } from "./relocate/library-links.ts";
import { pathIndex } from "./relocate/path-index.ts";
import { relocate } from "./relocate/relocate.ts";
import { rewriteTree } from "./relocate/rewrite-tree.ts";
import { type ResultFile, writeWhole } from "./result-file.ts";
import { reasonsDocument, reasonsFor } from "./sbom/reasons.ts";
import { sbomDocument } from "./sbom/sbom.ts";
import { type LayerTree, unzippedBytes } from "./tree.ts";
import { fileHashes, treeDigest } from "./tree-digest.ts";
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
  /** Of every container of this build. */
  readonly labels: Readonly<Record<string, string>>;
  readonly file: ResultFile;
  readonly fetch: Fetch;
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** All stages of a build in their order; the container lives until the zip is written, for the layer's files are its. */
export async function makeLayer(making: LayerMaking): Promise<void> {
  const { engine, ref, file, sleep } = making;
  const image = await file.stage("pull", () => obtainImage(engine, ref, sleep));
  file.update({ image: { ref, digest: image.digest, release: "-" } });
  const installation: Installation = { ...making, image: image.id };
  const installed = await file.stage("install", () => installPackages(installation));
  const { report } = installed;
  try {
    file.update({
      packages: report.added.map(({ source: _, ...rpm }) => rpm),
      image: { ref, digest: image.digest, release: report.release },
      warnings: report.scriptlets.map((line) => `${report.manager}: ${oneLine(line)}`),
    });
    await assemble(making, installation, installed);
  } catch (failure) {
    throw await namingProviders(failure, installation);
  } finally {
    await engine.remove(installed.container);
  }
}

async function assemble(
  making: LayerMaking,
  installation: Installation,
  { container, report }: Installed,
): Promise<void> {
  const { spec, key, refresh, out, work, file, signal } = making;
  const stage: ResultFile["stage"] = async (name, work) => {
    // Stages read files synchronously: a signal gets its turn between them.
    await setImmediate();
    signal.throwIfAborted();
    return file.stage(name, work);
  };
  const warn = (more: readonly string[]) => file.update({ warnings: [...file.current().warnings, ...more] });
  const folder = (name: string): string => {
    mkdirSync(join(work, name));
    return join(work, name);
  };

  const content = await stage("collect", async () => {
    const change = await changeOf(installation, container, folder("container"));
    const all = layerContent(change, report, spec.runtime);
    warn(all.warnings);
    return all;
  });
  const { profile: base, installed } = content;

  const moving = await stage("relocate", async () => {
    const libraryFolders = new Set(configuredLibraryFolders(installed).map((path) => path.slice(1)));
    const relocated = relocate(content.entries, { base, installed, libraryFolders });
    warn(relocated.warnings);
    const { tree: before, moved, folders } = relocated;
    const origins = new Map([...moved].map(([origin, path]) => [path, origin]));
    const packageOf = (path: string): string | undefined => content.owners.get(origins.get(path) ?? "");
    const requested = new Set(report.added.filter((rpm) => rpm.requested).map(({ name }) => name));
    const after = rewriteTree(before, pathIndex({ base, moved, folders }), folder("rewritten"));
    const links = [
      ...requestedLinks(after, (path) => requested.has(packageOf(path) ?? "")),
      ...runpathLinks({ before, after, moved, installed }),
    ];
    return {
      ...{ relocated: before, moved, packageOf },
      rewritten: new Map([...after, ...links.map((link) => [link.path, link] as const)]),
      isImages: (path: string) => content.fromImage.has(origins.get(path.replace(/^\/opt\//, "")) ?? ""),
    };
  });

  // Pruning goes by names alone, so the closure can judge what will be left.
  const prune = () => pruneTree(moving.rewritten, spec.keep, spec.drop);
  await stage("closure", async () => {
    const layer = prune();
    warn(checkClosure({ layer, loader: lambdaLoader(base, layer, spec.arch), spec, isImages: moving.isImages }));
  });
  const pruned = await stage("prune", async () => linkNames(prune()));
  const { tree, made } = await stage("finish", async () => {
    const finished = await finishTree(pruned, { ...installation, folder: folder("finished") });
    warn(finished.warnings);
    return finished;
  });
  await stage("limits", async () => {
    file.update({ files: tree.size, bytesUnzipped: unzippedBytes(tree) });
    refuseEmpty(tree);
    checkLimits(tree, moving.packageOf);
  });

  const name = layerName(spec, key);
  const digest = await stage("sbom", async () => {
    const hashes = fileHashes(tree);
    const digest = treeDigest(tree, hashes);
    const facts = { tree, hashes, content, made, report, moved: moving.moved, relocated: moving.relocated };
    const reasons = reasonsFor(facts);
    writeFileSync(join(work, "reasons.json"), reasonsDocument(reasons, facts));
    writeFileSync(join(work, "sbom.cdx.json"), sbomDocument({ spec, report, reasons, layerName: name, tree: digest }));
    return digest;
  });
  await stage("zip", async () => {
    const zip = await writeZip(tree, join(work, "layer.zip"));
    const description = {
      key,
      tree: digest,
      release: spec.release ?? report.release,
      env: familiesOfTree(tree.keys()),
      refresh,
    };
    const layer = {
      ...{ name, description: formatDescription(description), runtime: spec.runtime, arch: spec.arch },
      license: licensesOf(file.current().packages),
    };
    signal.throwIfAborted();
    writeWhole(join(out, "layer.json"), `${JSON.stringify(layer, null, 1)}\n`);
    for (const name of ["sbom.cdx.json", "reasons.json", "layer.zip"]) renameSync(join(work, name), join(out, name));
    file.update({ bytesZipped: zip.bytes, zipSha256: zip.sha256, treeDigest: digest });
  });
}

/** What the installation did: from the container's folders on this machine, or else from the engine. */
async function changeOf(
  { engine, image, labels }: Installation,
  container: string,
  folder: string,
): Promise<ContainerChange> {
  const files = await engine.fileSystem(container);
  if (files !== undefined) return overlayChange(files);
  const pristine = containerName();
  try {
    await engine.create({ name: pristine, image, labels });
    return await exportedChange(engine, container, pristine, folder);
  } finally {
    await engine.remove(pristine);
  }
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
