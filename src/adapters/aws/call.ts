import { oneLine, ProblemError } from "../../errors/problem.ts";

/** The service's own name for what went wrong. */
export const codeOf = (failure: unknown): string => (failure instanceof Error ? failure.name : "UnknownError");

/**
 * Runs one API call; what fails becomes a problem that names the action. Callers handle the codes they expect before.
 * Source of the AccessDenied texts, which name principal, action and resource: IAM User Guide, "Troubleshoot access
 * denied error messages".
 */
export async function call<T>(action: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (failure) {
    if (failure instanceof ProblemError) throw failure;
    const denied = /AccessDenied|Forbidden|NotAuthorized/.test(codeOf(failure));
    const text = oneLine(failure instanceof Error ? failure.message : String(failure)).slice(0, 600);
    throw new ProblemError({
      code: denied ? "ND023" : "ND024",
      where: action,
      what: `${codeOf(failure)}: ${text}`,
      todo: denied
        ? "give NativeDeps this permission back: its stack sets it, so a boundary or an organisation's policy takes it"
        : "deploy again; if it stays so, look at the log of the NativeDeps macro",
    });
  }
}

/** Makes a value once, when it is first needed: a warm deploy loads no client that it does not use. */
export function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
