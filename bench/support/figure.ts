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

/** Median over median. */
export function ratio(measured: Measured & { readonly baselineRuns: readonly number[] }, goal: number | null): Figure {
  const value = median(measured.subjectRuns) / median(measured.baselineRuns);
  return { ...measured, value, unit: "ratio", goal, holds: goal === null || value <= goal };
}

/** What `summarise` makes of the ratios of several subjects, each run over the baseline's run of the same place. */
export function summary(
  measured: Measured & { readonly baselineRuns: readonly number[] },
  summarise: (ratios: readonly number[]) => number,
  goal: number | null,
): Figure {
  const ratios = measured.subjectRuns.map((run, index) => run / (measured.baselineRuns[index] ?? Number.NaN));
  const value = summarise(ratios);
  return { ...measured, value, unit: "ratio", goal, holds: goal === null || value <= goal };
}

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
