import { randomBytes } from "node:crypto";
import { fakeBuilds } from "../fakes/builds.ts";
import { fakeLayers } from "../fakes/layers.ts";
import { fakeLocks } from "../fakes/locks.ts";
import { buildsContract } from "./builds.ts";
import { layersContract } from "./layers.ts";
import { locksContract } from "./locks.ts";

const freshKey = (): string => randomBytes(32).toString("hex");

locksContract(async () => fakeLocks(), freshKey);
buildsContract(async () => fakeBuilds(), freshKey);
layersContract(async () => {
  const layers = fakeLayers();
  return { layers, publish: async (name, description) => layers.publish(name, description).arn };
}, freshKey);
