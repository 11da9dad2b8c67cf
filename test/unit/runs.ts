/** How many cases a property is tried with: so many in the gate, a multiple of it in `npm run deep`. */
export const runs = (count: number): number => count * Number(process.env.NATIVEDEPS_RUNS ?? "1");
