import { transform } from "../../../src/commands/transform.ts";
import { formatDescription } from "../../../src/packages/description.ts";
import type { JsonObject } from "../../../src/template/json.ts";
import type { MacroResponse } from "../../../src/template/macro-event.ts";
import { fakePorts } from "../../fakes/ports.ts";

/** Whether every layer is there already, or none is and the macro may not wait. */
export type Mode = "found" | "deferred";

export const WAITER = "arn:aws:lambda:us-east-1:123456789012:function:waiter";

/** Runs the macro over a fragment, with AWS in memory; `refresh`: how often the layers have been made anew. */
export async function runMacro(
  fragment: unknown,
  mode: Mode,
  extra: JsonObject = {},
  refresh = 0,
): Promise<MacroResponse> {
  const ports = fakePorts();
  if (mode === "found") {
    const find = ports.layers.find;
    ports.layers.find = async (name, key) =>
      (await find(name, key)) ??
      ports.layers.publish(name, formatDescription({ key, tree: key, release: "-", env: [], refresh }));
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
  return transform(ports, event, { waitSeconds: 0, latest: Number.POSITIVE_INFINITY, waiterArn: WAITER });
}
