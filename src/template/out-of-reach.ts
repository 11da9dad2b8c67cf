import type { Problem } from "../errors/problem.ts";
import { at, isObject, type JsonObject } from "./json.ts";
import { resourcesOf } from "./resources.ts";

const NESTED: readonly unknown[] = ["AWS::CloudFormation::Stack", "AWS::Serverless::Application"];

/** Nested stacks that the template's default, or packages named on them, cannot reach: a macro never sees inside them. */
export function outOfReach(fragment: JsonObject, hasDefault: boolean): readonly Problem[] {
  return resourcesOf(fragment).flatMap(({ path, resource }) => {
    const asks = isObject(at(resource, "Metadata", "Packages"));
    if (!NESTED.includes(resource.Type) || !(hasDefault || asks)) return [];
    const what = `is a stack of its own, whose functions ${asks ? "its Packages do" : "the template's default does"} not reach`;
    return [{ code: "ND027", where: path, what, todo: "name NativeDeps and the packages in its own template" }];
  });
}
