import type { WaiterPorts } from "../../src/engine/answer-waiting.ts";
import type { Answer, ResourceRequest, WaitingRequest } from "../../src/engine/ports.ts";
import type { BuildResult } from "../../src/packages/build-result.ts";
import type { LayerSpec } from "../../src/packages/layer-spec.ts";
import { fakeBuilds } from "./builds.ts";
import { fakeClock } from "./clock.ts";
import { fakeLayers } from "./layers.ts";
import { fakeLocks } from "./locks.ts";

/** All ports of the engine in memory, with what is behind them laid open. */
export function fakePorts() {
  const specs = new Map<string, LayerSpec>();
  const results = new Map<string, BuildResult>();
  const waiting = new Map<string, WaitingRequest>();
  const answered: { request: ResourceRequest; answer: Answer }[] = [];
  const clock = fakeClock();
  const ports = {
    layers: fakeLayers(),
    locks: fakeLocks(),
    builds: fakeBuilds(clock),
    clock,
    specs: {
      write: async (key: string, spec: LayerSpec) => void specs.set(key, spec),
      read: async (key: string) => specs.get(key),
    },
    results: { read: async (_key: string, buildId: string) => results.get(buildId) },
    waiting: {
      put: async (request: WaitingRequest) => void waiting.set(request.requestId, request),
      list: async (key?: string) => [...waiting.values()].filter((w) => key === undefined || w.key === key),
      remove: async (request: WaitingRequest) => void waiting.delete(request.requestId),
    },
    answers: { send: async (request: ResourceRequest, answer: Answer) => void answered.push({ request, answer }) },
  } satisfies WaiterPorts;
  return { ...ports, stored: { specs, results, waiting, answered } };
}
