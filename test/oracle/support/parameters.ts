import { at, isObject, type JsonObject } from "../../../src/template/json.ts";

/** Something a person could have given for a parameter that has no default. */
const madeUp = (parameter: unknown): unknown => {
  const allowed = at(parameter, "AllowedValues");
  return Array.isArray(allowed) && allowed.length > 0 ? allowed[0] : "madeUp1,madeUp2";
};

const listOf = (text: string): readonly string[] => (text === "" ? [] : text.split(",").map((part) => part.trim()));

/** templateParameterValues as CloudFormation sends them: every parameter, evaluated; lists as lists. */
export function parameterValues(template: unknown, given: JsonObject = {}): JsonObject {
  const declared = at(template, "Parameters");
  if (!isObject(declared)) return given;
  const values = Object.entries(declared).map(([name, parameter]) => {
    const value = given[name] ?? at(parameter, "Default") ?? madeUp(parameter);
    const isList = /^(CommaDelimitedList|List<.*>)$/.test(String(at(parameter, "Type")));
    return [name, isList && typeof value === "string" ? listOf(value) : value];
  });
  return { ...given, ...Object.fromEntries(values) };
}

/** The same as the SAM translator wants them: lists as they are written. */
export const translatorParameters = (values: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : value]),
  );
