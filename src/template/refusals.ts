import type { Problem } from "../errors/problem.ts";
import { property, type TemplateFunction } from "./functions.ts";
import { isAbsent } from "./intrinsics.ts";
import { at, isObject, type JsonObject } from "./json.ts";
import { idsIn } from "./references.ts";
import { resourcesOf } from "./resources.ts";
import { versionsOf } from "./versions.ts";

/** Everything below a value that stands under a key of that name. */
function under(value: unknown, key: string): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => under(item, key));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([k, v]) => (k === key ? [v] : under(v, key)));
}

/** Paths of the functions that a CloudFront distribution runs at the edge, by themselves or by a version of theirs. */
function edgeFunctions(fragment: JsonObject, functions: readonly TemplateFunction[]): ReadonlySet<string> {
  const distributions = resourcesOf(fragment).filter((r) => r.resource.Type === "AWS::CloudFront::Distribution");
  const named = new Set(
    distributions.flatMap((r) => under(r.resource.Properties, "LambdaFunctionAssociations")).flatMap(idsIn),
  );
  const versions = versionsOf(fragment, functions).filter((v) => named.has(v.version.logicalId));
  const direct = functions.filter((fn) => named.has(fn.logicalId));
  return new Set([...direct, ...versions.map((v) => v.fn)].map((fn) => fn.path));
}

function layerVersionProblems(fragment: JsonObject): readonly Problem[] {
  const types: readonly unknown[] = ["AWS::Lambda::LayerVersion", "AWS::Serverless::LayerVersion"];
  const asking = resourcesOf(fragment).filter(
    ({ resource }) => types.includes(resource.Type) && isObject(at(resource, "Metadata", "Packages")),
  );
  return asking.map(({ path }) => ({
    code: "ND018",
    where: `${path}.Metadata.Packages`,
    what: "belongs to a layer, and NativeDeps makes layers of its own",
    todo: "move it to the functions that use the layer",
  }));
}

const OPT_OUT = "or opt out with `Packages: false`";

/** What can have no layer of ours although it asks for one, a line each. */
export function refusals(fragment: JsonObject, asking: readonly TemplateFunction[]): readonly Problem[] {
  const edge = edgeFunctions(fragment, asking);
  const atEdge = asking
    .filter((fn) => edge.has(fn.path))
    .map((fn) => ({
      code: "ND016",
      where: `${fn.path}.Metadata.Packages`,
      what: "belongs to a Lambda@Edge function, which takes no layers",
      todo: `put the libraries into its code, ${OPT_OUT}`,
    }));
  const signed = asking
    .filter((fn) => !isAbsent(property(fn, "CodeSigningConfigArn")))
    .map((fn) => ({
      code: "ND017",
      where: `${fn.path}.Properties.CodeSigningConfigArn`,
      what: "wants signed layers, and those of NativeDeps are not signed",
      todo: `remove it, ${OPT_OUT}`,
    }));
  return [...atEdge, ...signed, ...layerVersionProblems(fragment)];
}
