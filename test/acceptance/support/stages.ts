import { mkdirSync, readdirSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { layeredRoot } from "../../../src/assembler/collect/overlay.ts";
import { checkClosure } from "../../../src/assembler/elf/closure.ts";
import { lambdaLoader } from "../../../src/assembler/elf/loader.ts";
import type { InstallReport } from "../../../src/assembler/install/install-output.ts";
import { checkLimits } from "../../../src/assembler/limits.ts";
import { pruneTree } from "../../../src/assembler/prune.ts";
import { pathIndex } from "../../../src/assembler/relocate/path-index.ts";
import { relocate } from "../../../src/assembler/relocate/relocate.ts";
import { rewriteTree } from "../../../src/assembler/relocate/rewrite-tree.ts";
import { reasonsFor } from "../../../src/assembler/sbom/reasons.ts";
import type { Entry } from "../../../src/assembler/tree.ts";
import { fileHashes, treeDigest } from "../../../src/assembler/tree-digest.ts";
import { writeZip } from "../../../src/assembler/zip.ts";
import type { RuntimeLayerSpec } from "../../../src/packages/layer-spec.ts";

/**
 * A process of its own, in which the memory of nothing else counts: the assembler's stages from relocation to the zip over
 * all files of usr/share/app in a folder. Prints the peak of its resident memory, in bytes, and what it made.
 */
async function runStages(root: string, out: string): Promise<void> {
  const collected = readdirSync(join(root, "usr/share/app")).map((name): Entry => {
    const path = `usr/share/app/${name}`;
    const source = join(root, path);
    return { kind: "file", path, source, size: statSync(source).size, mode: 0o644 };
  });
  const [base, installed] = [layeredRoot([]), layeredRoot([root])];
  const { tree: relocated, moved, folders } = relocate(collected, { base, installed, libraryFolders: new Set() });
  mkdirSync(join(out, "rewritten"));
  const rewritten = rewriteTree(relocated, pathIndex({ base, moved, folders }), join(out, "rewritten"));
  const tree = pruneTree(rewritten, [], []);
  const spec = { runtime: "python3.13", arch: "x86_64", drop: [] as readonly string[] } as RuntimeLayerSpec;
  checkClosure({ layer: tree, loader: lambdaLoader(base, tree, spec.arch), spec, isImages: () => false });
  checkLimits(tree, () => undefined);
  const hashes = fileHashes(tree);
  const content = { owners: new Map(), fromImage: new Set<string>() };
  const report = { added: [] } as unknown as InstallReport;
  const reasons = reasonsFor({ tree, hashes, content, made: new Map(), report, moved, relocated });
  const digest = treeDigest(tree, hashes);
  await writeZip(tree, join(out, "layer.zip"));
  const peak = process.resourceUsage().maxRSS * 1024;
  const changed = reasons.filter(({ before }) => before !== undefined).length;
  writeSync(1, JSON.stringify({ peak, files: tree.size, changed, digest }));
}

const [, , root = "", out = ""] = process.argv;
await runStages(root, out);
