/** How many cases a property is tried with: so many in the gate, more of them in `npm run deep`. */
export const runs = (count: number): number => Math.ceil(count * Number(process.env.NATIVEDEPS_RUNS ?? "1"));
