import { ownProperty, type TemplateFunction } from "./functions.ts";
import { at, type JsonObject } from "./json.ts";
import { functionIdOf } from "./references.ts";
import { type Resource, resourcesOf } from "./resources.ts";

/** An AWS::Lambda::Version resource, and the function of the same template that it is a version of. */
export interface FunctionVersion {
  readonly version: Resource;
  readonly fn: TemplateFunction;
}

/** The versions of these functions that the template makes itself. */
export function versionsOf(fragment: JsonObject, functions: readonly TemplateFunction[]): readonly FunctionVersion[] {
  const versions = resourcesOf(fragment).filter(({ resource }) => resource.Type === "AWS::Lambda::Version");
  return versions.flatMap((version) => {
    const name = at(version.resource, "Properties", "FunctionName");
    const id = functionIdOf(name);
    const fn = functions.find(
      (f) => id === f.logicalId || (typeof name === "string" && name === ownProperty(f, "FunctionName")),
    );
    return fn === undefined ? [] : [{ version, fn }];
  });
}
