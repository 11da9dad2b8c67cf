import { transform } from "../../../src/commands/transform.ts";
import { formatDescription } from "../../../src/packages/description.ts";
import type { JsonObject } from "../../../src/template/json.ts";
import type { MacroResponse } from "../../../src/template/macro-event.ts";
import { fakePorts } from "../../fakes/ports.ts";

/** Whether every layer is there already, or none is and the macro may not wait. */
export type Mode = "found" | "deferred";

export const WAITER = "arn:aws:lambda:us-east-1:123456789012:function:waiter";

/** What the Descriptions of published layers say. */
export interface Published {
  /** How often the layers have been made anew. */
  readonly refresh?: number;
  /** Family codes. */
  readonly families?: readonly string[];
}

/** Runs the macro over a fragment, with AWS in memory. */
export async function runMacro(
  fragment: unknown,
  mode: Mode,
  extra: JsonObject = {},
  { refresh = 0, families = [] }: Published = {},
): Promise<MacroResponse> {
  const ports = fakePorts();
  if (mode === "found") {
    const find = ports.layers.find;
    ports.layers.find = async (name, key) =>
      (await find(name, key)) ??
      ports.layers.publish(name, formatDescription({ key, tree: key, release: "-", env: families, refresh }));
  }
  const event = {
    requestId: "r",
    region: "us-east-1",
    accountId: "123456789012",
    transformId: "123456789012::NativeDeps",
    params: {},
    templateParameterValues: {},
    ...extra,
    fragment,
  };
  return transform(ports, event, {
    waitSeconds: 0,
    latest: Number.POSITIVE_INFINITY,
    waiterArn: WAITER,
    warn: () => {},
  });
}
