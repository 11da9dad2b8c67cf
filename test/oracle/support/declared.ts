import { isObject, type JsonObject } from "../../../src/template/json.ts";

const all = (text: string, pattern: RegExp): readonly RegExpMatchArray[] => [...text.matchAll(pattern)];

/** Every name that `${X}` in a name stands for, where a loop goes over a literal list. */
function expanded(name: string, text: string): readonly string[] {
  const variable = /\$\{(\w+)\}/.exec(name)?.[1];
  if (variable === undefined) return [name];
  const loop = all(text, /"Fn::ForEach::\w+":\["(\w+)",(\[[^[\]{}]*\])/g).find((match) => match[1] === variable);
  const values = JSON.parse(loop?.[2] ?? "[]") as readonly string[];
  return values.flatMap((value) => expanded(name.replaceAll(`\${${variable}}`, value), text));
}

/**
 * The template with the conditions and the collections of loops that a case names without declaring them, as no
 * template may. Each condition has a parameter of its own, so that none follows from another.
 */
export function declared(template: JsonObject): JsonObject {
  const text = JSON.stringify([template.Globals ?? {}, template.Resources ?? {}]);
  const own: JsonObject = isObject(template.Conditions) ? template.Conditions : {};
  const named = all(text, /"(?:Fn::If":\[|Condition":)"([^"]+)"/g).flatMap((match) => expanded(match[1] ?? "", text));
  const conditions = [...new Set(named)].filter((name) => !Object.hasOwn(own, name));
  const loops = all(text, /"Fn::ForEach::\w+":\["\w+",\{"Ref":"(\w+)"\}/g).map((match) => match[1] ?? "");
  const aliases = all(text, /"AutoPublishAlias":\{"Ref":"(\w+)"\}/g).map((match) => match[1] ?? "");
  const parameters = {
    ...Object.fromEntries(aliases.map((name) => [name, { Type: "String", Default: "live" }])),
    ...Object.fromEntries(conditions.map((name) => [`For${name}`, { Type: "String", Default: "yes" }])),
    ...Object.fromEntries(loops.map((name) => [name, { Type: "CommaDelimitedList", Default: "Red,Blue" }])),
    ...(isObject(template.Parameters) ? template.Parameters : {}),
  };
  const stubs = conditions.map((name) => [name, { "Fn::Equals": [{ Ref: `For${name}` }, "yes"] }]);
  return {
    ...template,
    ...(Object.keys(parameters).length > 0 ? { Parameters: parameters } : {}),
    ...(conditions.length > 0 ? { Conditions: { ...own, ...Object.fromEntries(stubs) } } : {}),
  };
}
