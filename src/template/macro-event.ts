import { is } from "valibot";
import type { Problem } from "../errors/problem.ts";
import { datedRelease } from "../packages/grammar.ts";
import { isObject, type JsonObject } from "./json.ts";

/** What CloudFormation sends a macro. Source: AWS CloudFormation User Guide, "Create a CloudFormation macro definition". */
export interface MacroEvent {
  readonly requestId: string;
  readonly region: string;
  readonly accountId: string;
  readonly transformId: string;
  readonly fragment: unknown;
  readonly params?: unknown;
  readonly templateParameterValues?: unknown;
}

/** What `Ref` gives at this deploy, as far as the macro knows it: of the pseudo parameters it is told two. */
export function parametersOf({ templateParameterValues, region, accountId }: MacroEvent): JsonObject {
  const values = isObject(templateParameterValues) ? templateParameterValues : {};
  return { ...values, "AWS::Region": region, "AWS::AccountId": accountId };
}

/** What it wants back; without an errorMessage the user would learn nothing. */
export type MacroResponse =
  | { readonly requestId: string; readonly status: "success"; readonly fragment: unknown }
  | {
      readonly requestId: string;
      readonly status: "failure";
      readonly errorMessage: string;
      readonly fragment: unknown;
    };

/** The macro parameters a template may give. */
export interface MacroParameters {
  readonly waitSeconds?: number;
  readonly onMissing: "Build" | "Fail";
  readonly release?: string;
}

const NAMES = ["WaitSeconds", "OnMissing", "Release"];
const where = (name: string): string => `Transform.Parameters.${name}`;

/** Reads `Transform: [{Name: NativeDeps, Parameters: {...}}]`, adding to `problems` what is wrong. */
export function readParameters(params: unknown, problems: Problem[]): MacroParameters {
  const given: JsonObject = isObject(params) ? params : {};
  for (const name of Object.keys(given)) {
    if (NAMES.includes(name)) continue;
    const what = "is not a parameter of NativeDeps";
    problems.push({ code: "ND009", where: where(name), what, todo: `use ${NAMES.join(", ")}` });
  }
  const { WaitSeconds, OnMissing, Release } = given;
  const seconds = typeof WaitSeconds === "string" && /^\d{1,4}$/.test(WaitSeconds) ? Number(WaitSeconds) : WaitSeconds;
  const wait = typeof seconds === "number" && seconds >= 0 && seconds <= 900 ? seconds : undefined;
  if (WaitSeconds !== undefined && wait === undefined) {
    const todo = "write a number of seconds; 240 is the default, 0 leaves all waiting to the stack";
    problems.push({ code: "ND009", where: where("WaitSeconds"), what: "is not a number from 0 to 900", todo });
  }
  if (OnMissing !== undefined && OnMissing !== "Build" && OnMissing !== "Fail") {
    problems.push({ code: "ND009", where: where("OnMissing"), what: "is not known", todo: "write Build or Fail" });
  }
  const release = is(datedRelease, Release) ? Release : undefined;
  if (Release !== undefined && release === undefined) {
    const todo = "write it like 2023.9.20251110, in quotes";
    problems.push({ code: "ND009", where: where("Release"), what: "is not a dated release", todo });
  }
  return {
    onMissing: OnMissing === "Fail" ? "Fail" : "Build",
    ...(wait === undefined ? {} : { waitSeconds: wait }),
    ...(release === undefined ? {} : { release }),
  };
}
