/** What went wrong, where, and what the user can do about it: plain data, shown by {@link formatProblem} alone. */
export interface Problem {
  /** Stable code `ND001`…; each has an entry in docs/troubleshooting.md. */
  readonly code: string;
  /** A path into the user's template, or the part of the system that failed. */
  readonly where: string;
  readonly what: string;
  /** What to do about it. */
  readonly todo: string;
}

/** Characters that could forge lines or steer a terminal: C0, DEL, C1, and the Unicode line and bidi controls. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/** Text from outside (templates, packages, builds) made safe to print on one line. */
export function oneLine(text: string): string {
  return text.replace(CONTROL, " ").trim();
}

/** One line: `<where>: <what is wrong>: <what to do>`. */
export function formatProblem(problem: Problem): string {
  return oneLine(`${problem.where}: ${problem.what}: ${problem.todo}`);
}

/** A problem on its way to the entry that reports it. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(formatProblem(problem));
    this.name = "ProblemError";
  }
}

/** The problem an unknown failure carries, or `fallback` with the failure's own text as what is wrong. */
export function problemOf(failure: unknown, fallback: Omit<Problem, "what">): Problem {
  if (failure instanceof ProblemError) return failure.problem;
  return { ...fallback, what: oneLine(failure instanceof Error ? failure.message : String(failure)) };
}
