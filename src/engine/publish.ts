import { describesKey, refreshOf } from "../packages/description.ts";
import type { LayerToPublish, LayerVersion, Publisher } from "./ports.ts";

export interface Published {
  readonly status: "ok" | "superseded";
  readonly arn: string;
}

/**
 * Publishes a layer unless another build has published it since: a version with the same key and a refresh number at
 * least ours supersedes this build. PublishLayerVersion has no idempotency token, so it is tried once, and after an
 * unclear answer the listing tells whether it took effect.
 */
export async function publishOnce(publisher: Publisher, layer: LayerToPublish, key: string): Promise<Published> {
  const refresh = refreshOf(layer.description);
  const supersedes = (version: LayerVersion) =>
    describesKey(version.description, key) && refreshOf(version.description) >= refresh;

  const before = (await publisher.list(layer.name)).find(supersedes);
  if (before !== undefined) return { status: "superseded", arn: before.arn };
  try {
    return { status: "ok", arn: (await publisher.publish(layer)).arn };
  } catch (failure) {
    const after = (await publisher.list(layer.name)).find(supersedes);
    if (after === undefined) throw failure;
    return { status: after.description === layer.description ? "ok" : "superseded", arn: after.arn };
  }
}
