import type { LayerContent } from "../collect/layer-content.ts";
import type { InstallReport } from "../install/install-output.ts";
import { type Entry, inByteOrder, type LayerTree } from "../tree.ts";
import { fileSha256 } from "../tree-digest.ts";

/** Why something is in a layer, and where it came from. */
export interface Reason {
  /** Below /opt. */
  readonly path: string;
  /**
   * requested, dependency: a package has it. script: a package's script made it. image: Lambda's image has it, and Lambda
   * was reported to lack it. link: a name that NativeDeps adds. cache: the layer's own tool made it at its place.
   */
  readonly why: "requested" | "dependency" | "script" | "image" | "link" | "cache";
  readonly package?: string;
  /** Where it lay in the container. */
  readonly from?: string;
  /** The tool that made it. */
  readonly by?: string;
  /** Of its content; of what the package installed as well, where paths in it were rewritten. */
  readonly sha256?: string;
  readonly before?: string;
}

/** Everything about a finished layer that its reasons and its SBOM are made from. */
export interface LayerFacts {
  readonly tree: LayerTree;
  /** SHA-256 of each file's content, by path. */
  readonly hashes: ReadonlyMap<string, string>;
  /** The tree before its paths were rewritten. */
  readonly relocated: LayerTree;
  /** Path in the container -> path below /opt, without leading slashes. */
  readonly moved: ReadonlyMap<string, string>;
  readonly content: Pick<LayerContent, "owners" | "fromImage">;
  /** Path below /opt -> the tool that made it. */
  readonly made: ReadonlyMap<string, string>;
  readonly report: InstallReport;
}

/** A reason for everything in the layer, in the order of its paths. */
export function reasonsFor(facts: LayerFacts): readonly Reason[] {
  const origins = new Map([...facts.moved].reverse().map(([origin, path]) => [path, origin]));
  const reasons: Reason[] = [];
  for (const entry of inByteOrder(facts.tree.values())) {
    const { path } = entry;
    const sha256 = facts.hashes.get(path);
    const hash = sha256 === undefined ? {} : { sha256 };
    const tool = facts.made.get(path);
    const origin = origins.get(path);
    if (tool !== undefined) reasons.push({ path, why: "cache", by: tool, ...hash });
    else if (origin === undefined) reasons.push({ path, why: "link", ...hash });
    else reasons.push({ path, ...fromContainer(origin, facts), ...hash, ...rewritten(entry, facts) });
  }
  return reasons;
}

function fromContainer(origin: string, { content, report }: LayerFacts): Pick<Reason, "why" | "package" | "from"> {
  const from = `/${origin}`;
  const owner = content.owners.get(origin);
  if (owner === undefined) return { why: "script", from };
  const isRequested = report.added.some((rpm) => rpm.requested && rpm.name === owner);
  const why = content.fromImage.has(origin) ? "image" : isRequested ? "requested" : "dependency";
  return { why, package: owner, from };
}

/** What the file was before its paths were rewritten, if any were. */
function rewritten(entry: Entry, { relocated }: LayerFacts): Pick<Reason, "before"> {
  const original = relocated.get(entry.path);
  const isSame = entry.kind === "link" || original?.kind !== "file" || original.source === entry.source;
  return isSame ? {} : { before: fileSha256(original.source) };
}

/** reasons.json: why each file is in, and which packages wanted which. */
export function reasonsDocument(reasons: readonly Reason[], { report }: Pick<LayerFacts, "report">): string {
  const inLayer = new Set(reasons.map((reason) => reason.package));
  const packages = report.added
    .filter(({ name }) => inLayer.has(name))
    .map(({ name, requested }) => ({ name, requested, neededBy: report.neededBy.get(name) ?? [] }));
  return `${JSON.stringify({ v: 1, packages, files: reasons }, null, 1)}\n`;
}
