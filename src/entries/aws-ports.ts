import { awsBuilds } from "../adapters/aws/builds.ts";
import { awsLayers } from "../adapters/aws/layers.ts";
import { awsLocks } from "../adapters/aws/locks.ts";
import { awsObjects } from "../adapters/aws/objects.ts";
import { awsResults, awsSpecs, awsWaiting } from "../adapters/aws/records.ts";
import type { EnsurePorts } from "../engine/ensure-layers.ts";
import type { Waiting } from "../engine/ports.ts";
import { systemClock } from "../engine/system-clock.ts";

/** The ports of an installed macro, from the environment that its template sets. Nothing is loaded or called yet. */
export function awsPorts(env: NodeJS.ProcessEnv): EnsurePorts & { readonly waiting: Waiting } {
  const objects = awsObjects(env.NATIVEDEPS_BUCKET ?? "");
  const projects = { x86_64: env.NATIVEDEPS_PROJECT_X86_64 ?? "", arm64: env.NATIVEDEPS_PROJECT_ARM64 ?? "" };
  return {
    layers: awsLayers(),
    locks: awsLocks(objects),
    specs: awsSpecs(objects),
    results: awsResults(objects),
    waiting: awsWaiting(objects),
    builds: awsBuilds(projects),
    clock: systemClock,
  };
}
