/** One line of the bench's table, as contracts have it: absolute times have no goal, and so always hold. */
export interface Figure {
  readonly name: string;
  readonly group: string;
  readonly value: number;
  readonly unit: string;
  /** The most that `value` may be. */
  readonly goal: number | null;
  readonly holds: boolean;
  readonly subjectRuns: readonly number[];
  readonly baselineRuns: readonly number[];
}

export interface BenchOptions {
  readonly quick: boolean;
}

/** How often each side of a comparison runs. */
export const runsOf = ({ quick }: BenchOptions): number => (quick ? 3 : 7);

export function median(runs: readonly number[]): number {
  const sorted = [...runs].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  return (low + high) / 2;
}

type Measured = Pick<Figure, "name" | "group" | "subjectRuns">;

/** Median of the subject's runs, shown but not judged. */
export const time = (measured: Measured): Figure => ({
  ...measured,
  value: median(measured.subjectRuns),
  unit: "ms",
  goal: null,
  holds: true,
  baselineRuns: [],
});

/** Of a thing that is counted once. */
export function count(measured: Measured, goal: number): Figure {
  const value = measured.subjectRuns[0] ?? Number.NaN;
  return { ...measured, value, unit: "count", goal, holds: value <= goal, baselineRuns: [] };
}

type Compared = Measured & Pick<Figure, "baselineRuns">;

const judged = (compared: Compared, value: number, goal: number | null): Figure => ({
  ...compared,
  value,
  unit: "ratio",
  goal,
  holds: goal === null || value <= goal,
});

/** Median over median. */
export const ratio = (compared: Compared, goal: number | null): Figure =>
  judged(compared, median(compared.subjectRuns) / median(compared.baselineRuns), goal);

/** Each of the subject's runs over the baseline's run of the same place. */
export const ratiosOf = ({ subjectRuns, baselineRuns }: Pick<Figure, "subjectRuns" | "baselineRuns">): number[] =>
  subjectRuns.map((run, index) => run / (baselineRuns[index] ?? Number.NaN));

/** What `summarise` makes of the ratios of several subjects. */
export const summary = (
  compared: Compared,
  summarise: (ratios: readonly number[]) => number,
  goal: number | null,
): Figure => judged(compared, summarise(ratiosOf(compared)), goal);

/** Runs both sides in turn, so that a busy machine is busy for both; the first of each warms up and is not counted. */
export async function interleaved(
  runs: number,
  subject: () => Promise<number>,
  baseline: () => Promise<number>,
): Promise<{ readonly subjectRuns: readonly number[]; readonly baselineRuns: readonly number[] }> {
  const subjectRuns: number[] = [];
  const baselineRuns: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const pair = [await subject(), await baseline()] as const;
    if (run === 0) continue;
    subjectRuns.push(pair[0]);
    baselineRuns.push(pair[1]);
  }
  return { subjectRuns, baselineRuns };
}
