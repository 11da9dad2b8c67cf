import { at, isObject, type JsonObject } from "../../../src/template/json.ts";
import { resolve, type World } from "./worlds.ts";

/** A token of layers, be it of an earlier pass; any other value of NATIVEDEPS is the user's. */
const isToken = (name: string, value: unknown): boolean =>
  name === "NATIVEDEPS" && typeof value === "string" && /^([0-9a-f]{16}\.\w+,?)+$/.test(value);

/** The environment variables of layers' families all point below /opt; NATIVEDEPS moves the alias. */
const isOurs = (name: string, value: unknown): boolean =>
  isToken(name, value) || (typeof value === "string" && /(^|[:=])\/opt\//.test(value));

/** The environment without what we added: nothing that the input's translation has is ours to change. */
function environment(mine: unknown, before: unknown): unknown {
  const variables = at(mine, "Variables");
  if (!isObject(variables)) return mine;
  const kept = Object.entries(variables).filter(
    ([name, value]) => (at(before, "Variables", name) !== undefined && !isToken(name, value)) || !isOurs(name, value),
  );
  if (kept.length > 0 || at(before, "Variables") !== undefined)
    return { ...(mine as object), Variables: Object.fromEntries(kept) };
  return before === undefined ? undefined : without(mine as JsonObject, "Variables");
}

const without = (value: JsonObject, ...names: string[]): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));

const defined = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));

/** SAM copies a function's Metadata, and so our record, to the resources that it makes of the function's properties. */
function withoutRecord(resource: JsonObject, before: unknown): JsonObject {
  const metadata = isObject(resource.Metadata) ? without(resource.Metadata, "NativeDepsResolved") : {};
  const keep = Object.keys(metadata).length > 0 || isObject(at(before, "Metadata"));
  return { ...without(resource, "Metadata"), ...(keep ? { Metadata: metadata } : {}) };
}

/** An asker without its layers, which are compared elsewhere, and our variables. */
function asker(fn: JsonObject, before: unknown, world: World): JsonObject {
  const properties = isObject(fn.Properties) ? fn.Properties : {};
  const mine = resolve(properties.Environment, world);
  const theirs = resolve(at(before, "Properties", "Environment"), world);
  const rest = without(properties, "Layers", "Environment");
  return { ...fn, Properties: defined({ ...rest, Environment: environment(mine, theirs) }) };
}

/** Logical id of the function that a Version resource is of: by Ref, by GetAtt, by Sub, or by the function's own name. */
function functionOf(version: unknown, template: JsonObject): string | undefined {
  const name = at(version, "Properties", "FunctionName");
  const resources = Object.entries(isObject(template.Resources) ? template.Resources : {});
  const same = (fn: unknown): boolean =>
    at(fn, "Type") === "AWS::Lambda::Function" &&
    JSON.stringify(at(fn, "Properties", "FunctionName")) === JSON.stringify(name);
  const byName = name === undefined ? undefined : resources.find(([, fn]) => same(fn))?.[0];
  if (byName !== undefined) return byName;
  // Whatever else refers to one function of the template, be it by an ARN or in both branches of a condition.
  const ids = [...JSON.stringify(name ?? "").matchAll(/\w+/g)].map(([word]) => word);
  return ids.find((id) => at(template, "Resources", id, "Type") === "AWS::Lambda::Function");
}

const isVersion = (resource: unknown): resource is JsonObject =>
  isObject(resource) && resource.Type === "AWS::Lambda::Version";

/** A user's Version of an asker carries our token behind its own Description. */
function version(resource: JsonObject, before: unknown, world: World): JsonObject {
  const words = (value: unknown): string => String(resolve({ "Fn::Join": ["", [value ?? ""]] }, world));
  const mine = words(at(resource, "Properties", "Description"));
  const theirs = words(at(before, "Properties", "Description")).replace(/ ?NATIVEDEPS=\S+$/, "");
  const isTheirs =
    mine === theirs || /^ ?NATIVEDEPS=\S+$/.test(mine.startsWith(theirs) ? mine.slice(theirs.length) : "");
  return isTheirs ? { ...resource, Properties: without(resource.Properties as JsonObject, "Description") } : resource;
}

/** The same text with the ids that SAM made for askers' versions replaced by ids without a hash. */
function withPlainVersions(template: JsonObject, askers: readonly string[]): JsonObject {
  let text = JSON.stringify(template);
  for (const [id, resource] of Object.entries(isObject(template.Resources) ? template.Resources : {})) {
    const fn = isVersion(resource) ? functionOf(resource, template) : undefined;
    if (fn === undefined || !askers.includes(fn) || !/^[0-9a-f]{10}$/.test(id.slice(`${fn}Version`.length))) continue;
    text = text.replaceAll(id, `${fn}Version-`);
  }
  return JSON.parse(text) as JsonObject;
}

/**
 * A translated template without all that NativeDeps may add to it. `before`: the translation of the input;
 * `written`: the ids that a person wrote, all others being SAM's.
 */
export function withoutOurs(
  world: World,
  before: JsonObject,
  askers: readonly string[],
  written: readonly string[],
): JsonObject {
  const template = withPlainVersions(world.template, askers);
  const input = withPlainVersions(before, askers);
  const keep = ([id]: [string, unknown]): boolean => !id.startsWith("NativeDepsLayer");
  const entries = Object.entries(isObject(template.Resources) ? template.Resources : {}).filter(keep);
  const resources = entries.map(([id, resource]) => {
    const theirs = at(input, "Resources", id);
    if (!isObject(resource)) return [id, resource];
    if (askers.includes(id)) return [id, withoutRecord(asker(resource, theirs, world), theirs)];
    if (isVersion(resource) && askers.includes(functionOf(resource, template) ?? ""))
      return [id, version(resource, theirs, world)];
    return [
      id,
      askers.some((fn) => id.startsWith(fn)) && !written.includes(id) ? withoutRecord(resource, theirs) : resource,
    ];
  });
  const conditions = Object.entries(isObject(template.Conditions) ? template.Conditions : {}).filter(keep);
  return {
    ...without(template, "Conditions"),
    ...(conditions.length > 0 || before.Conditions !== undefined ? { Conditions: Object.fromEntries(conditions) } : {}),
    Resources: Object.fromEntries(resources),
  };
}
