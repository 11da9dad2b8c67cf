import { errorMessage, transform } from "../commands/transform.ts";
import { problemOf } from "../errors/problem.ts";
import type { MacroEvent, MacroResponse } from "../template/macro-event.ts";
import { awsPorts } from "./aws-ports.ts";

/** Kept to answer CloudFormation before Lambda ends us. */
const ANSWER_MS = 10_000;

const ports = awsPorts(process.env);

/** The CloudFormation macro. Never throws: CloudFormation would tell the user nothing. */
export async function handler(
  event: MacroEvent,
  context: { getRemainingTimeInMillis(): number },
): Promise<MacroResponse> {
  try {
    return await transform(ports, event, {
      waitSeconds: Number(process.env.NATIVEDEPS_WAIT_SECONDS ?? "240"),
      latest: Date.now() + context.getRemainingTimeInMillis() - ANSWER_MS,
      waiterArn: process.env.NATIVEDEPS_WAITER_ARN ?? "",
      warn: (line) => console.warn(line),
    });
  } catch (failure) {
    console.error(failure);
    const todo = "deploy again; if it stays so, look at the log of the NativeDeps macro and report it";
    const problem = problemOf(failure, { code: "ND030", where: "NativeDeps", todo });
    return {
      requestId: event.requestId,
      status: "failure",
      errorMessage: errorMessage([problem]),
      fragment: event.fragment,
    };
  }
}
