import { CORE_SCHEMA, load, Type } from "js-yaml";

/** `!Ref X` is `{Ref: X}`, `!GetAtt A.B` is `{"Fn::GetAtt": [A, B]}`, all others `{"Fn::…": …}`. */
function longForm(name: string, value: unknown): unknown {
  if (name === "Ref" || name === "Condition") return { [name]: value };
  if (name === "GetAtt" && typeof value === "string") {
    const dot = value.indexOf(".");
    return { "Fn::GetAtt": [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [`Fn::${name}`]: value };
}

const SHORT_FORMS = (["scalar", "sequence", "mapping"] as const).map(
  (kind) => new Type("!", { kind, multi: true, construct: (data, tag) => longForm((tag ?? "").slice(1), data) }),
);
const SCHEMA = CORE_SCHEMA.extend(SHORT_FORMS);

/** A template as CloudFormation parses it: short forms become long ones, dates stay strings. */
export const parseTemplate = (text: string): unknown => load(text, { schema: SCHEMA });
