import type { LayerSpec } from "./layer-spec.ts";

/** Longest layer name we make: the version ARN, too, is limited to 140 characters. */
const MAX_NAME = 64;
const KEY_DIGITS = 16;

const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");

/** `nativedeps-<runtime>-<arch>-<slug>-<key[0..16]>`, at most 64 characters; the slug gives way. */
export function layerName(spec: LayerSpec, key: string): string {
  const head = `nativedeps-${slugOf(spec.runtime)}-${spec.arch}-`;
  const tail = `-${key.slice(0, KEY_DIGITS)}`;
  const room = MAX_NAME - head.length - tail.length;
  const slug = slugOf(spec.packages.join("-")).slice(0, Math.max(room, 0)).replace(/-+$/, "");
  return `${head}${slug || "layer"}${tail}`;
}

/** Logical id of the resource that stands for a layer still being built. */
export function deferredLogicalId(key: string): string {
  return `NativeDepsLayer${key.slice(0, KEY_DIGITS)}`;
}
