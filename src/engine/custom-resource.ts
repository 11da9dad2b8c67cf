import type { ResourceRequest, WaitingRequest } from "./ports.ts";

/** CloudFormation's event for a custom resource, as far as we read it. */
export interface CustomResourceEvent {
  readonly RequestType: "Create" | "Update" | "Delete";
  readonly RequestId: string;
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
}

/** True for events of CloudFormation; false for those of EventBridge. */
export const isCustomResourceEvent = (event: unknown): event is CustomResourceEvent =>
  typeof event === "object" && event !== null && "RequestType" in event && "ResponseURL" in event;

export const resourceRequest = (event: CustomResourceEvent): ResourceRequest => ({
  requestId: event.RequestId,
  stackId: event.StackId,
  logicalResourceId: event.LogicalResourceId,
  responseUrl: event.ResponseURL,
});

/** The request with the layer key it is about; undefined if what it names is no key, or its id no file name. */
export function waitingRequest(event: CustomResourceEvent): WaitingRequest | undefined {
  const key = event.ResourceProperties.Key;
  if (typeof key !== "string" || !/^[0-9a-f]{64}$/.test(key)) return undefined;
  return /^[A-Za-z0-9-]{1,128}$/.test(event.RequestId) ? { ...resourceRequest(event), key } : undefined;
}
