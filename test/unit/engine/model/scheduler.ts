import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../../../src/engine/ports.ts";
import type { Chance } from "./random.ts";

/** Milliseconds. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

/** A process of the model. A dead one hears no more answers; what it had asked for may still happen. */
export interface Actor {
  readonly name: string;
  alive: boolean;
  /** It dies when so many of its calls have been done, and hears no more of the last. */
  callsToLive: number;
}

export const newActor = (name: string): Actor => ({ name, alive: true, callsToLive: Number.POSITIVE_INFINITY });

/**
 * Time of the model: whatever happens, happens at a moment that chance has drawn, and between two moments nothing runs.
 * The moments decide who overtakes whom.
 */
export interface Scheduler {
  now(): number;
  /** Lets something happen after so many milliseconds. */
  after(ms: number, happen: () => void): void;
  /** A call to a service: on its way (for `most` milliseconds at most), done, and on its way back. */
  call<T>(actor: Actor, effect: () => Promise<T>, most?: number): Promise<T>;
  clockOf(actor: Actor): Clock;
  /** Lets everything happen until nothing is left, or until a moment. */
  run(until: number): Promise<void>;
}

/** How long one way of a call takes: mostly moments, now and then seconds, and once in a while it is held up. */
function wayOf(chance: Chance): number {
  const share = chance.next();
  if (share < 0.8) return chance.between(0, 0.2 * SECOND);
  return chance.between(0, share < 0.99 ? 4 * SECOND : chance.pick([60 * SECOND, 360 * SECOND]));
}

export function scheduler(chance: Chance): Scheduler {
  let now = 1_700_000_000_000;
  let count = 0;
  const agenda: { readonly at: number; readonly order: number; readonly happen: () => void }[] = [];
  const after: Scheduler["after"] = (ms, happen) => {
    const item = { at: now + Math.max(0, ms), order: count++, happen };
    const place = agenda.findIndex(({ at }) => at > item.at);
    agenda.splice(place < 0 ? agenda.length : place, 0, item);
  };
  return {
    now: () => now,
    after,
    call: (actor, effect, most = Number.POSITIVE_INFINITY) =>
      new Promise((resolve, reject) => {
        const sentAlive = actor.alive;
        after(Math.min(most, wayOf(chance)), () => {
          if (!sentAlive || (!actor.alive && chance.happens(0.5))) return;
          actor.callsToLive -= 1;
          if (actor.callsToLive === 0) actor.alive = false;
          const answer = (tell: () => void) => after(wayOf(chance), () => actor.alive && tell());
          effect().then(
            (value) => answer(() => resolve(value)),
            (failure) => answer(() => reject(failure)),
          );
        });
      }),
    clockOf: (actor) => ({
      now: () => now,
      sleep: (ms) => new Promise((resolve) => after(ms, () => actor.alive && resolve())),
      random: () => `random-${count++}-${Math.floor(chance.next() * 1e9)}`,
    }),
    async run(until) {
      for (let next = agenda[0]; next !== undefined && next.at <= until; next = agenda[0]) {
        agenda.shift();
        now = next.at;
        next.happen();
        // Until all that follows from it has run.
        await setImmediate();
      }
      now = Math.max(now, until);
    },
  };
}
