import { describe, expect, it } from "vitest";
import { runs } from "../../runs.ts";
import { schedule } from "./schedule.ts";
import * as engine from "./subject.ts";

const FIRST = Number(process.env.NATIVEDEPS_SEED ?? "1");
const SCHEDULES = runs(2_000);

describe("macros, builds and waiters, while processes die and answers get lost", () => {
  it(`never build twice at once, use two versions or leave anyone waiting: ${SCHEDULES} schedules`, async () => {
    const failed: string[] = [];
    for (let seed = FIRST; seed < FIRST + SCHEDULES && failed.length < 5; seed += 1) {
      const wrong = await schedule(engine, seed);
      if (wrong.length > 0) failed.push(`seed ${seed}: ${wrong.join("; ")}`);
    }
    expect(failed).toEqual([]);
  }, 600_000);
});
