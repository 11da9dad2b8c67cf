import { at, isObject, type JsonObject } from "../../../src/template/json.ts";

/** One way the template's conditions can come out, and the values of its parameters. */
export interface World {
  readonly template: JsonObject;
  readonly parameters: JsonObject;
  readonly truth: Readonly<Record<string, boolean>>;
}

/** Above this many conditions only some of their combinations are looked at. */
const MAX_COMBINED = 6;

/** The worlds in which `input`'s conditions come out in every combination; of many conditions, each alone and all but each. */
export function worldsOf(template: JsonObject, input: JsonObject, parameters: JsonObject): readonly World[] {
  const named = [...JSON.stringify(input.Resources ?? {}).matchAll(/"(?:Fn::If":\[|Condition":)"(\w+)"/g)];
  const declared = isObject(input.Conditions) ? Object.keys(input.Conditions) : [];
  const names = [...new Set([...declared, ...named.map((match) => match[1] ?? "")])];
  const assign = (holds: (index: number) => boolean): World => ({
    template,
    parameters: { "AWS::Region": "us-east-1", ...parameters },
    truth: Object.fromEntries(names.map((name, index) => [name, holds(index)])),
  });
  if (names.length <= MAX_COMBINED) {
    return Array.from({ length: 2 ** names.length }, (_, bits) => assign((index) => ((bits >> index) & 1) === 1));
  }
  const single = names.flatMap((_, one) => [assign((index) => index === one), assign((index) => index !== one)]);
  return [assign(() => true), assign(() => false), ...single];
}

const NOTHING = Symbol("AWS::NoValue");
const text = (value: unknown): string => (typeof value === "string" ? value : `«${JSON.stringify(value)}»`);

/** Whether a condition holds; those of the input are given, ours are evaluated. */
export function holds(name: string, world: World): boolean {
  const given = world.truth[name];
  if (given !== undefined) return given;
  const definition = at(world.template, "Conditions", name);
  if (definition === undefined) throw new Error(`no condition ${name}`);
  return evaluate(definition, world);
}

function evaluate(definition: unknown, world: World): boolean {
  const [[name, value] = ["", undefined]] = Object.entries(isObject(definition) ? definition : {});
  const parts = Array.isArray(value) ? value : [];
  if ((name === "Fn::Or" || name === "Fn::And") && (parts.length < 2 || parts.length > 10)) {
    throw new Error(`${name} takes 2 to 10 conditions, not ${parts.length}`);
  }
  if (name === "Condition") return holds(String(value), world);
  if (name === "Fn::Or") return parts.some((part) => evaluate(part, world));
  if (name === "Fn::And") return parts.every((part) => evaluate(part, world));
  if (name === "Fn::Not") return !evaluate(parts[0], world);
  if (name === "Fn::Equals") return text(resolve(parts[0], world)) === text(resolve(parts[1], world));
  throw new Error(`cannot evaluate the condition ${JSON.stringify(definition)}`);
}

function intrinsic(name: string, value: unknown, world: World): unknown {
  if (name === "Ref" && value === "AWS::NoValue") return NOTHING;
  if (name === "Ref" && typeof value === "string" && Object.hasOwn(world.parameters, value)) {
    return world.parameters[value];
  }
  if (name === "Fn::If" && Array.isArray(value)) {
    return inner(value[holds(String(value[0]), world) ? 1 : 2], world);
  }
  const args = inner(value, world);
  if (name === "Fn::Join" && Array.isArray(args) && Array.isArray(args[1])) {
    return args[1].map(text).join(String(args[0]));
  }
  if (name === "Fn::Select" && Array.isArray(args) && Array.isArray(args[1])) return args[1][Number(args[0])];
  if (name === "Fn::GetAtt" && typeof args === "string") return { [name]: args.split(".") };
  if (name === "Fn::Split" && Array.isArray(args) && typeof args[1] === "string") return args[1].split(String(args[0]));
  if (name === "Fn::FindInMap" && Array.isArray(args)) {
    const keys = args.slice(0, 3).map(String);
    return at(world.template, "Mappings", ...keys) ?? at(args[3], "DefaultValue") ?? { [name]: args };
  }
  return { [name]: args };
}

function inner(value: unknown, world: World): unknown {
  if (Array.isArray(value)) return value.map((item) => inner(item, world)).filter((item) => item !== NOTHING);
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only && (only[0] === "Ref" || only[0].startsWith("Fn::"))) {
    return intrinsic(only[0], only[1], world);
  }
  return Object.fromEntries(entries.map(([key, v]) => [key, inner(v, world)]).filter(([, v]) => v !== NOTHING));
}

/** A value as CloudFormation would see it in this world, as far as that can be told before a stack is there. */
export function resolve(value: unknown, world: World): unknown {
  const resolved = inner(value, world);
  return resolved === NOTHING ? undefined : resolved;
}

/** A list as CloudFormation would see it, its items as text, so that joined and split ones compare with written ones. */
export function resolveList(value: unknown, world: World): readonly string[] {
  const resolved = resolve(value, world) ?? [];
  return (Array.isArray(resolved) ? resolved : [resolved]).map(text);
}
