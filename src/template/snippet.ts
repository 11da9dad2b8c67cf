import type { Problem } from "../errors/problem.ts";
import { FUNCTION_TYPES } from "./functions.ts";
import { at, isObject, type JsonObject } from "./json.ts";

/** What the macro was called on: a template, or one function by an `Fn::Transform` directly under it. */
export interface Called {
  /** As a template; that of a snippet holds one function. */
  readonly template: JsonObject;
  readonly snippet: boolean;
  /** What to answer with, from the template as it has become. */
  answer(template: JsonObject): unknown;
}

/** The place of a snippet's function: CloudFormation does not tell its logical id. */
const PLACE = "(the function with Fn::Transform)";

/** The sections of a template. Source: AWS CloudFormation User Guide, "Template sections"; SAM's Globals; hooks. */
const SECTIONS = [
  ...["AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Mappings", "Conditions", "Rules"],
  ...["Transform", "Globals", "Resources", "Outputs", "Hooks"],
];

/** A snippet never has the names of sections only; a template without resources is CloudFormation's to refuse. */
const isTemplate = (fragment: JsonObject): boolean =>
  isObject(fragment.Resources) || Object.keys(fragment).every((key) => SECTIONS.includes(key));

/** The template to work on, or why there is none. */
export function calledOn(fragment: unknown): Called | Problem {
  if (isObject(fragment) && FUNCTION_TYPES.includes(fragment.Type)) {
    const template = { Resources: { [PLACE]: fragment } };
    return { template, snippet: true, answer: (changed) => at(changed, "Resources", PLACE) };
  }
  if (isObject(fragment) && isTemplate(fragment)) {
    return { template: fragment, snippet: false, answer: (changed) => changed };
  }
  const what = "NativeDeps was called on a part of a template that is no function";
  const todo = "name NativeDeps in the template's own Transform list, or put Fn::Transform directly under a function";
  return { code: "ND011", where: "Fn::Transform", what, todo };
}

/** What a snippet must hold itself, because the macro sees nothing else of the template. */
export function snippetProblems({ snippet, template }: Called): readonly Problem[] {
  const asks = isObject(at(template, "Resources", PLACE, "Metadata", "Packages"));
  if (!snippet || asks) return [];
  const what = "is called on a function without packages, and sees nothing else of the template";
  return [
    { code: "ND011", where: "Fn::Transform", what, todo: "write Metadata.Packages and Runtime into the function" },
  ];
}
