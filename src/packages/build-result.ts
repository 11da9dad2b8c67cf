import type { Problem } from "../errors/problem.ts";

/** Stages of a build, in their order. */
export type Stage =
  | "pull"
  | "install"
  | "collect"
  | "relocate"
  | "closure"
  | "prune"
  | "finish"
  | "limits"
  | "sbom"
  | "zip"
  | "publish";

export interface InstalledPackage {
  readonly name: string;
  /** `[epoch:]version-release.arch` as rpm prints it. */
  readonly evra: string;
  readonly repo: string;
  readonly license: string;
  /** True if the package set names it, false if it came as a dependency. */
  readonly requested: boolean;
}

/** result.json: what a build did, written by the build host whether it succeeded or not. Sizes in bytes, times in ms. */
export interface BuildResult {
  readonly v: 1;
  readonly key: string;
  readonly status: "ok" | "failed" | "superseded";
  /** The last stage begun. */
  readonly stage: Stage;
  readonly problem?: Problem;
  readonly stages: readonly { readonly name: Stage; readonly ms: number }[];
  readonly packages: readonly InstalledPackage[];
  readonly image: { readonly ref: string; readonly digest: string; readonly release: string };
  readonly files: number;
  readonly bytesUnzipped: number;
  readonly bytesZipped: number;
  readonly zipSha256: string;
  readonly treeDigest: string;
  readonly warnings: readonly string[];
  /** Set once the layer is published, or when another build had published it first. */
  readonly layerVersionArn?: string;
}
