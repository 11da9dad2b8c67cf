import { at, isObject, type JsonObject, remembered, type Steps } from "./json.ts";

/** A resource of a template, or of the body of an `Fn::ForEach`. */
export interface Resource {
  /** As written: in a loop it holds the loop's variable. */
  readonly logicalId: string;
  /** Its path as a person reads it, such as `Resources.Api`. */
  readonly path: string;
  readonly steps: Steps;
  readonly resource: JsonObject;
  /** Variables of the loops around it. */
  readonly loops: readonly string[];
  /** How many resources it becomes, where the loops around it go over literal lists. */
  readonly copies: number;
}

const LOOP = "Fn::ForEach::";

type Place = Pick<Resource, "path" | "steps" | "loops" | "copies">;

function within(map: JsonObject, { path, steps, loops, copies }: Place): readonly Resource[] {
  return Object.entries(map).flatMap(([key, value]): readonly Resource[] => {
    const place = { path: `${path}.${key}`, steps: [...steps, key], loops, copies };
    if (key.startsWith(LOOP) && Array.isArray(value)) {
      const [variable, collection, body] = value;
      const inner = {
        path: `${place.path}[2]`,
        steps: [...place.steps, 2],
        loops: typeof variable === "string" ? [...loops, variable] : loops,
        copies: Array.isArray(collection) ? copies * collection.length : copies,
      };
      return isObject(body) ? within(body, inner) : [];
    }
    return isObject(value) ? [{ ...place, logicalId: key, resource: value }] : [];
  });
}

/** Every resource of a template in its order, those in bodies of `Fn::ForEach` as they are written there. */
export const resourcesOf = remembered((fragment): readonly Resource[] => {
  const resources = at(fragment, "Resources");
  const place = { path: "Resources", steps: ["Resources"], loops: [], copies: 1 };
  return isObject(resources) ? within(resources, place) : [];
});

/** True if the text holds one of the loop variables, as `${Name}` or `&{Name}`. */
export const mentionsLoop = (text: string, loops: readonly string[]): boolean =>
  loops.some((name) => text.includes(`\${${name}}`) || text.includes(`&{${name}}`));
