import type { Results, Specs, Waiting, WaitingRequest } from "../../engine/ports.ts";
import type { BuildResult } from "../../packages/build-result.ts";
import { canonicalJson, type LayerSpec, layerKey } from "../../packages/layer-spec.ts";
import type { Objects } from "./objects.ts";

const specPath = (key: string): string => `specs/${key}.json`;

/** `specs/<key>.json`: the canonical JSON whose hash is the key, so what is read proves itself. */
export function awsSpecs(objects: Objects): Specs {
  return {
    async write(key, spec) {
      await objects.put(specPath(key), canonicalJson(spec));
    },
    async read(key) {
      const found = await objects.get(specPath(key));
      if (found === undefined) return undefined;
      const spec = JSON.parse(found.text) as LayerSpec;
      if (layerKey(spec) !== key) throw new Error(`${specPath(key)} does not hash to its key`);
      return spec;
    },
  };
}

/** A build id is `<project>:<uuid>`; the objects of a build lie under its last part. */
const buildFolder = (buildId: string): string => buildId.slice(buildId.lastIndexOf(":") + 1);

/** `work/<key>/<build>/result.json`, left by the build host. A result that is cut off or no JSON counts as none. */
export function awsResults(objects: Objects): Results {
  return {
    async read(key, buildId) {
      const found = await objects.get(`work/${key}/${buildFolder(buildId)}/result.json`);
      try {
        const result = found === undefined ? undefined : (JSON.parse(found.text) as BuildResult | null);
        return result?.v === 1 && result.key === key ? result : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** One damaged object must not keep all others from their answers. */
function waitingRequestIn(text: string): WaitingRequest[] {
  try {
    const request = JSON.parse(text) as Partial<WaitingRequest> | null;
    const { key, requestId, responseUrl } = request ?? {};
    const whole = [key, requestId, responseUrl].every((value) => typeof value === "string");
    return whole ? [request as WaitingRequest] : [];
  } catch {
    return [];
  }
}

const waitingPath = (request: WaitingRequest): string => `waiting/${request.key}/${request.requestId}.json`;

/** `waiting/<key>/<requestId>.json` */
export function awsWaiting(objects: Objects): Waiting {
  return {
    async put(request) {
      await objects.put(waitingPath(request), canonicalJson(request));
    },
    async list(key) {
      const paths = await objects.list(key === undefined ? "waiting/" : `waiting/${key}/`);
      const found = await Promise.all(paths.map((path) => objects.get(path)));
      return found.flatMap((object) => (object === undefined ? [] : waitingRequestIn(object.text)));
    },
    remove: (request) => objects.remove(waitingPath(request)),
  };
}
