import type { Clock } from "../../src/engine/ports.ts";

/** A clock that moves only when somebody sleeps, and counts where a real one would be random. */
export function fakeClock(start = 1_700_000_000_000): Clock & { advance(ms: number): void } {
  let now = start;
  let count = 0;
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    random: () => `random-${++count}`,
    advance: (ms) => {
      now += ms;
    },
  };
}
