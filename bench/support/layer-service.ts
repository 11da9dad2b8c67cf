import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { formatDescription } from "../../src/packages/description.ts";
import type { PlannedLayer } from "../../src/packages/plan.ts";

/** Lambda, as far as a deployment that finds all its layers knows it. */
export interface LayerService {
  readonly url: string;
  /** When each call came, in milliseconds of `performance.now()`, the refused ones too. */
  readonly calls: number[];
  /** Calls a second that are let in from now on; none is refused before. */
  limit(perSecond: number): void;
  close(): void;
}

/** What a call takes, in milliseconds: an API's in one's own region takes about as long. */
const CALL_MS = 50;

/** A bucket that holds one second's tokens: true as long as it has one. */
function bucket(perSecond: number): () => boolean {
  let [tokens, filled] = [perSecond, performance.now()];
  return () => {
    const now = performance.now();
    tokens = Math.min(perSecond, tokens + ((now - filled) / 1_000) * perSecond);
    filled = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

function answer(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

const versionOf = (name: string, key: string) => ({
  LayerVersionArn: `arn:aws:lambda:us-east-1:123456789012:layer:${name}:1`,
  Version: 1,
  Description: formatDescription({ key, tree: key, release: "2023.9.20251110", env: [], refresh: 0 }),
});

/** A service on loopback that has one version of each of these layers. */
export async function layerService(layers: readonly PlannedLayer[]): Promise<LayerService> {
  const calls: number[] = [];
  const keys = new Map(layers.map(({ name, key }) => [name, key]));
  let letIn = () => true;
  const server = createServer(async (request, response) => {
    calls.push(performance.now());
    const allowed = letIn();
    await sleep(CALL_MS);
    const name = /\/layers\/([^/]+)\/versions/.exec(request.url ?? "")?.[1] ?? "";
    const throttled = { "x-amzn-errortype": "TooManyRequestsException" };
    if (!allowed)
      return answer(response, 429, { Reason: "CallerRateLimitExceeded", message: "Rate exceeded" }, throttled);
    const key = keys.get(name);
    const versions = key === undefined ? [] : [versionOf(name, key)];
    answer(response, 200, { LayerVersions: versions });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    limit: (perSecond) => {
      letIn = bucket(perSecond);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
