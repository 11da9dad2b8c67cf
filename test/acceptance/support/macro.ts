import { randomUUID } from "node:crypto";
import { output } from "./example.ts";
import type { LabEnvironment } from "./lab.ts";

export interface MacroAnswer {
  /** Lambda's word if the function itself failed, or was killed. */
  readonly error: string | null;
  readonly status?: "success" | "failure";
  readonly errorMessage?: string;
  readonly fragment?: { readonly Resources: Readonly<Record<string, { readonly Properties: { Layers?: unknown[] } }>> };
}

/** Calls the installed macro as CloudFormation does, with a request of its own unless one is given. */
export type CallMacro = (
  fragment: object,
  options?: { readonly params?: object; readonly requestId?: string },
) => Promise<MacroAnswer>;

export async function installedMacro(env: LabEnvironment): Promise<CallMacro> {
  const macro = await output(env, "nativedeps", "MacroFunctionArn");
  return async (fragment, { params = {}, requestId = randomUUID() } = {}) => {
    const event = {
      ...{ region: "us-east-1", accountId: "123456789012", transformId: "123456789012::NativeDeps" },
      ...{ fragment, params, requestId, templateParameterValues: {} },
    };
    const body = JSON.stringify({ function: macro, event });
    const response = await fetch(`${env.AWS_ENDPOINT_URL}/_lab/invoke`, { method: "POST", body });
    const { error, payload } = (await response.json()) as { error: string | null; payload: string };
    return { ...(JSON.parse(payload || "{}") as Omit<MacroAnswer, "error">), error };
  };
}

/** A template whose functions are as plain as can be but for these properties, each with its own packages block. */
export const templateOf = (blocks: readonly object[], properties: object = {}) => ({
  Resources: Object.fromEntries(
    blocks.map((Packages, index) => [
      `Function${index}`,
      {
        Type: "AWS::Lambda::Function",
        Metadata: { Packages },
        Properties: { Runtime: "python3.13", Handler: "a.b", Role: "r", Code: { ZipFile: "x" }, ...properties },
      },
    ]),
  ),
});

/** The layers of all functions in an answer, each as one string. */
export const layersIn = ({ fragment }: MacroAnswer): string[] =>
  Object.values(fragment?.Resources ?? {})
    .flatMap(({ Properties }) => Properties.Layers ?? [])
    .map((l) => JSON.stringify(l));
