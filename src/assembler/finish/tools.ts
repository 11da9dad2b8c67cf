import type { LayerTree } from "../tree.ts";

/** A layer's own tool that makes a cache which depends on where, and how old, the files are. */
export interface CacheTool {
  readonly name: string;
  /** Paths below /opt; all have to be in the layer for the tool to be of use. */
  readonly needs: readonly RegExp[];
  /** What it writes, by path below /opt: what is there already was made at other paths, or for files of another age. */
  readonly writes: RegExp;
}

/** What finish-script.ts does for each stands there. */
const TOOLS: readonly CacheTool[] = [
  {
    name: "fc-cache",
    needs: [/^bin\/fc-cache(-64)?$/, /^etc\/fonts\/fonts\.conf$/],
    writes: /^(lib|share)\/fontconfig\/cache\/|^cache\/fontconfig\//,
  },
  {
    name: "gdk-pixbuf-query-loaders",
    needs: [/^bin\/gdk-pixbuf-query-loaders(-64)?$/, /^lib\/gdk-pixbuf-2\.0\/.*\.so$/],
    writes: /^lib\/gdk-pixbuf-2\.0\/[^/]+\/loaders\.cache$/,
  },
  { name: "dot", needs: [/^bin\/dot$/, /^lib\/graphviz\//], writes: /^lib\/graphviz\/config\d+[a-z]?$/ },
  {
    name: "compileall",
    needs: [/^bin\/python3\.\d+$/, /^lib\/python3\.\d+\/compileall\.py$/],
    writes: /^lib\/python3\.\d+\/(.*\/)?__pycache__\//,
  },
];

/** The tools that have something to do in this layer. */
export function toolsFor(tree: LayerTree): readonly CacheTool[] {
  const paths = [...tree.keys()];
  return TOOLS.filter(({ needs }) => needs.every((need) => paths.some((path) => need.test(path))));
}
