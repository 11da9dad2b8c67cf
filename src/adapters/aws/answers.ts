import type { Answers } from "../../engine/ports.ts";
import { call } from "./call.ts";

/**
 * CloudFormation's presigned URL takes the answer by PUT; a Content-Type header would break its signature.
 * Source: CloudFormation User Guide, "Custom resource request and response reference".
 */
export const awsAnswers = (): Answers => ({
  async send(request, answer) {
    const body = JSON.stringify({
      Status: answer.status,
      RequestId: request.requestId,
      StackId: request.stackId,
      LogicalResourceId: request.logicalResourceId,
      PhysicalResourceId: answer.physicalId,
      ...(answer.status === "SUCCESS" ? { Data: answer.data } : { Reason: answer.reason }),
    });
    await call("Answer to CloudFormation", async () => {
      const response = await fetch(request.responseUrl, { method: "PUT", body, headers: { "content-type": "" } });
      // S3 refuses an expired or spent URL with one of several 4xx: there is nobody left to tell.
      if (response.status >= 500) throw new Error(`HTTP ${response.status}`);
    });
  },
});
