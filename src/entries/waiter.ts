import { awsAnswers } from "../adapters/aws/answers.ts";
import { handleRequest, sweep } from "../engine/answer-waiting.ts";
import { isCustomResourceEvent } from "../engine/custom-resource.ts";
import { awsPorts } from "./aws-ports.ts";

const ports = { ...awsPorts(process.env), answers: awsAnswers() };

/** Answers CloudFormation for layers that outlast the macro: on its request, on every build event, and on schedule. */
export async function handler(event: unknown): Promise<void> {
  await (isCustomResourceEvent(event) ? handleRequest(ports, event) : sweep(ports));
}
