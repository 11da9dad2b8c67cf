import type { BuildRequest, Publisher } from "../../../../src/engine/ports.ts";
import { descriptionOf, failedResult } from "../../../fakes/jobs.ts";
import type { fakeLayers } from "../../../fakes/layers.ts";
import type { Chance } from "./random.ts";
import { MINUTE, newActor, type Scheduler, SECOND } from "./scheduler.ts";
import type * as Subject from "./subject.ts";

/** No request of a dead process reaches its service later than this. */
export const LATE = 4 * SECOND;

/** What a build works in, and leaves its traces in. */
export interface BuildPlace {
  readonly engine: Pick<typeof Subject, "publishOnce">;
  readonly chance: Chance;
  readonly time: Scheduler;
  readonly layers: ReturnType<typeof fakeLayers>;
  /** What failed builds say, by id. */
  readonly results: Map<string, ReturnType<typeof failedResult>>;
  /** When each version was published, by ARN. */
  readonly dates: Map<string, number>;
  /** What went against a rule, in words. */
  readonly wrong: string[];
  isTroubled(): boolean;
  ended(id: string, status: string): void;
}

/** A build: it waits its turn, works, publishes, and ends well; or fails; or is stopped in the middle. */
export function runBuild(place: BuildPlace, { key, layerName }: BuildRequest, id: string): void {
  const { engine, chance, time, layers, isTroubled } = place;
  const actor = newActor(id);
  const end = (status: string): void => {
    if (!actor.alive) return;
    actor.alive = false;
    place.ended(id, status);
  };
  let published = false;
  const queue = isTroubled() && chance.happens(0.1) ? chance.between(0, 20 * MINUTE) : chance.between(0, 40 * SECOND);
  const work = chance.happens(0.25) ? chance.between(5 * MINUTE, 20 * MINUTE) : chance.between(20 * SECOND, MINUTE);
  const layer = {
    name: layerName,
    description: descriptionOf(key),
    runtime: "",
    license: "",
    arch: "x86_64" as const,
  };
  const publisher: Publisher = {
    list: (name) => time.call(actor, async () => layers.all(name)),
    publish: (layer) =>
      time.call(
        actor,
        async () => {
          const version = layers.publish(layer.name, layer.description);
          place.dates.set(version.arn, time.now());
          published = true;
          if (isTroubled() && chance.happens(0.1)) throw new Error("the answer got lost");
          return version;
        },
        LATE,
      ),
  };
  if (isTroubled() && chance.happens(0.2))
    time.after(chance.between(0, queue + work + 5 * SECOND), () => end("STOPPED"));
  time.after(queue + work, () => {
    if (!actor.alive) return;
    if (isTroubled() && chance.happens(0.15)) {
      place.results.set(id, failedResult(key));
      end("FAILED");
      return;
    }
    engine.publishOnce(publisher, layer, key).then(
      // It ends some time after it has published.
      () => time.after(chance.between(0, 5 * SECOND), () => end("SUCCEEDED")),
      () => {
        if (published) place.wrong.push(`${id} has published and calls it a failure`);
        end("FAILED");
      },
    );
  });
}
