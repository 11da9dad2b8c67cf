import type { Problem } from "../errors/problem.ts";
import { property, type TemplateFunction } from "./functions.ts";
import { isAbsent } from "./intrinsics.ts";
import { at, isObject, type JsonObject } from "./json.ts";
import { pointsTo } from "./loops.ts";
import { idsIn } from "./references.ts";
import { type Resource, resourcesOf } from "./resources.ts";
import type { Scope } from "./values.ts";
import { versionsOf } from "./versions.ts";

/** Everything below a value that stands under a key of that name. */
function under(value: unknown, key: string): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => under(item, key));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([k, v]) => (k === key ? [v] : under(v, key)));
}

/** Paths of the functions that a CloudFront distribution runs at the edge, by themselves or by a version of theirs. */
function edgeFunctions(functions: readonly TemplateFunction[], scope: Scope): ReadonlySet<string> {
  const edges = resourcesOf(scope.fragment)
    .filter(({ resource }) => resource.Type === "AWS::CloudFront::Distribution")
    .flatMap((distribution) => {
      const associations = under(distribution.resource.Properties, "LambdaFunctionAssociations");
      return associations.flatMap(idsIn).map((id) => ({ distribution, id }));
    });
  if (edges.length === 0) return new Set();
  const isAtEdge = (it: Resource) => edges.some(({ distribution, id }) => pointsTo(distribution, id, it, scope));
  const versions = Object.values(versionsOf(functions, scope)).flat();
  const byVersion = versions.filter(({ version }) => isAtEdge(version)).map(({ fn }) => fn);
  return new Set([...functions.filter(isAtEdge), ...byVersion].map((fn) => fn.path));
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
export function refusals(asking: readonly TemplateFunction[], scope: Scope): readonly Problem[] {
  const edge = edgeFunctions(asking, scope);
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
  return [...atEdge, ...signed, ...layerVersionProblems(scope.fragment)];
}
