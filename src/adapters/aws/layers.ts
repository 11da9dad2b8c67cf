import type { Layers, LayerVersion } from "../../engine/ports.ts";
import { describesKey } from "../../packages/description.ts";
import { call, lazy } from "./call.ts";
import { clientOptions } from "./client-options.ts";

/**
 * Lambda lets some 15 such calls a second into an account, and a few stacks deployed at once ask for a hundred. A lookup
 * changes nothing and is the first thing that a deployment does, so there is time to be patient: half a minute at most.
 * Source: Lambda Developer Guide, "Lambda quotas", control plane API requests.
 */
const ATTEMPTS = 8;

const lambda = lazy(async () => {
  const { LambdaClient, ListLayerVersionsCommand } = await import("@aws-sdk/client-lambda");
  return { client: new LambdaClient({ ...clientOptions, maxAttempts: ATTEMPTS }), ListLayerVersionsCommand };
});

/** ListLayerVersions answers newest first, at most 50 at a time; an unknown name is an empty list, not an error. */
async function find(name: string, key: string): Promise<LayerVersion | undefined> {
  const { client, ListLayerVersionsCommand } = await lambda();
  let marker: string | undefined;
  do {
    const command = new ListLayerVersionsCommand({ LayerName: name, MaxItems: 50, ...(marker && { Marker: marker }) });
    const page = await call(`lambda:ListLayerVersions on ${name}`, () => client.send(command));
    for (const { LayerVersionArn: arn, Description: description } of page.LayerVersions ?? []) {
      if (arn !== undefined && describesKey(description, key)) return { arn, description: description ?? "" };
    }
    marker = page.NextMarker;
  } while (marker);
  return undefined;
}

/** The layers of the account and region of the default credentials. */
export const awsLayers = (): Layers => ({ find });
