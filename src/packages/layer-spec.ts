import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** Version of the assembler's behaviour: counted up whenever the same request would give another layer. */
export const RECIPE = 1;

export type Architecture = "x86_64" | "arm64";

/** A package repository that the image does not come with: one that has a name, or somebody else's. */
export type Repository =
  | string
  | { readonly Id: string; readonly BaseUrl: string; readonly GpgKey: string; readonly Fingerprint: string };

/** Everything that decides the content of a runtime layer. All lists are sorted and without duplicates. */
export interface RuntimeLayerSpec {
  readonly v: 1;
  readonly kind: "runtime";
  /** Lambda's runtime identifier, e.g. `ruby3.3`. */
  readonly runtime: string;
  readonly arch: Architecture;
  /** dnf specs, old names already resolved. */
  readonly packages: readonly string[];
  readonly repositories: readonly Repository[];
  /** Dated release of the al2023 repositories; null: the image's own. */
  readonly release: string | null;
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  readonly recipe: number;
}

export type LayerSpec = RuntimeLayerSpec;

/** The spec as canonical JSON (RFC 8785): what is hashed, stored and handed to the build. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error("not representable as JSON");
  return text;
}

/** Layer key: hex SHA-256 of the canonical layer spec. */
export function layerKey(spec: LayerSpec): string {
  return createHash("sha256").update(canonicalJson(spec)).digest("hex");
}
