import { at, isObject, type JsonObject, remembered, type Steps } from "./json.ts";

/** An `Fn::ForEach` around a resource, which the macro sees unexpanded. */
export interface Loop {
  readonly variable: string;
  /** What it goes over, as written. */
  readonly collection: unknown;
}

/** A resource of a template, or of the body of an `Fn::ForEach`. */
export interface Resource {
  /** As written: in a loop it holds the loop's variable. */
  readonly logicalId: string;
  /** Its path as a person reads it, such as `Resources.Api`. */
  readonly path: string;
  readonly steps: Steps;
  readonly resource: JsonObject;
  /** The loops around it, from the outermost. */
  readonly loops: readonly Loop[];
}

const LOOP = "Fn::ForEach::";

type Place = Pick<Resource, "path" | "steps" | "loops">;

function within(map: JsonObject, { path, steps, loops }: Place): readonly Resource[] {
  return Object.entries(map).flatMap(([key, value]): readonly Resource[] => {
    const place = { path: `${path}.${key}`, steps: [...steps, key], loops };
    if (key.startsWith(LOOP) && Array.isArray(value)) {
      const [variable, collection, body] = value;
      const inner = {
        path: `${place.path}[2]`,
        steps: [...place.steps, 2],
        loops: typeof variable === "string" ? [...loops, { variable, collection }] : loops,
      };
      return isObject(body) ? within(body, inner) : [];
    }
    return isObject(value) ? [{ ...place, logicalId: key, resource: value }] : [];
  });
}

/** Every resource of a template in its order, those in bodies of `Fn::ForEach` as they are written there. */
export const resourcesOf = remembered((fragment): readonly Resource[] => {
  const resources = at(fragment, "Resources");
  const place = { path: "Resources", steps: ["Resources"], loops: [] };
  return isObject(resources) ? within(resources, place) : [];
});

/** True if the text holds one of the loop variables, as `${Name}` or `&{Name}`. */
export const mentionsLoop = (text: string, loops: readonly Loop[]): boolean =>
  loops.some(({ variable }) => text.includes(`\${${variable}}`) || text.includes(`&{${variable}}`));
