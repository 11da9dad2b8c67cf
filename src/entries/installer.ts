import { brotliDecompressSync } from "node:zlib";
import { awsAnswers } from "../adapters/aws/answers.ts";
import { awsObjects } from "../adapters/aws/objects.ts";
import { type CustomResourceEvent, resourceRequest } from "../engine/custom-resource.ts";
import { formatProblem, problemOf } from "../errors/problem.ts";

/** The assembler, brotli and base64, and the SHA-256 of it: put in by the build. */
declare const ASSEMBLER_BROTLI: string;
declare const ASSEMBLER_SHA256: string;

const physicalId = "nativedeps-assembler";

/** Writes the assembler to the bucket when the stack is made or updated. On delete the bucket keeps it. */
export async function handler(event: CustomResourceEvent): Promise<void> {
  const answers = awsAnswers();
  const request = resourceRequest(event);
  try {
    if (event.RequestType !== "Delete") {
      const code = brotliDecompressSync(Buffer.from(ASSEMBLER_BROTLI, "base64")).toString("utf8");
      await awsObjects(process.env.NATIVEDEPS_BUCKET ?? "").put(`assembler/${ASSEMBLER_SHA256}.cjs`, code);
    }
    await answers.send(request, { status: "SUCCESS", physicalId, data: { Sha256: ASSEMBLER_SHA256 } });
  } catch (failure) {
    const problem = problemOf(failure, {
      code: "ND030",
      where: "NativeDeps installer",
      todo: "update the stack again",
    });
    await answers.send(request, { status: "FAILED", physicalId, reason: formatProblem(problem).slice(0, 800) });
  }
}
