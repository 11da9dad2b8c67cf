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

/** The one line that lets a listing both find a layer and prove that it is the right one. */
export function formatDescription(d: LayerDescription): string {
  const env = d.env.length > 0 ? d.env.join(",") : "-";
  return `nativedeps/1 key=${d.key} tree=${d.tree} release=${d.release} env=${env} refresh=${d.refresh}`;
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
