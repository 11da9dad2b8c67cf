import type { Clock } from "./ports.ts";

/** The clock of the machine we run on. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms))),
  random: () => globalThis.crypto.randomUUID(),
};
