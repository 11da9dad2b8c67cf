import { FAMILIES } from "./data/families.ts";

/** What a published layer version says of itself in its Description. */
export interface LayerDescription {
  readonly key: string;
  /** Tree digest: names the content, as the key names the request. */
  readonly tree: string;
  /** Release of the image's package repositories. */
  readonly release: string;
  /** Family codes, sorted. */
  readonly env: readonly string[];
  readonly refresh: number;
}

/** Lambda's own limit. Characters. */
const MAX_CHARACTERS = 256;

/**
 * The one line that lets a listing both find a layer and prove that it is the right one. Always short enough for Lambda:
 * of more family codes than fit, the last are left out.
 */
export function formatDescription(d: LayerDescription): string {
  const env = d.env.length > 0 ? d.env.join(",") : "-";
  const release = d.release.slice(0, 40);
  const text = `nativedeps/1 key=${d.key} tree=${d.tree} release=${release} env=${env} refresh=${d.refresh}`;
  return text.length <= MAX_CHARACTERS ? text : formatDescription({ ...d, env: d.env.slice(0, -1) });
}

/** True if the description belongs to a layer made for this key; only its first two words are required. */
export function describesKey(description: string | undefined, key: string): boolean {
  return description !== undefined && `${description} `.startsWith(`nativedeps/1 key=${key} `);
}

/** Refresh number a description states; 0 if it states none. */
export function refreshOf(description: string): number {
  const match = / refresh=(\d{1,9})(?= |$)/.exec(description);
  return match?.[1] === undefined ? 0 : Number(match[1]);
}

/** Family codes a description states, without those of a newer assembler; undefined if it states nothing of them. */
export function familiesIn(description: string): readonly string[] | undefined {
  const codes = / env=([a-z0-9,]+|-)(?= |$)/.exec(description)?.[1];
  return codes?.split(",").filter((code) => FAMILIES.some((family) => family.code === code));
}
