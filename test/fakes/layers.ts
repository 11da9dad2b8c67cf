import type { Layers, LayerVersion } from "../../src/engine/ports.ts";
import { describesKey } from "../../src/packages/description.ts";

/** Published layers in memory, newest first, with a count of the lookups. */
export function fakeLayers(): Layers & {
  publish(name: string, description: string): LayerVersion;
  /** Newest first. */
  all(name: string): readonly LayerVersion[];
  readonly calls: string[];
} {
  const published = new Map<string, LayerVersion[]>();
  const calls: string[] = [];
  return {
    calls,
    all: (name) => published.get(name) ?? [],
    publish(name, description) {
      const versions = published.get(name) ?? [];
      const arn = `arn:aws:lambda:us-east-1:123456789012:layer:${name}:${versions.length + 1}`;
      const version = { arn, description };
      published.set(name, [version, ...versions]);
      return version;
    },
    async find(name, key) {
      calls.push(name);
      return published.get(name)?.find((version) => describesKey(version.description, key));
    },
  };
}
