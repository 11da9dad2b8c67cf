/** A template is JSON from outside: every shape is checked before it is used. */
export type JsonObject = { readonly [key: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A property at a path of own keys; undefined where the path leaves the objects. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) {
    if (!isObject(here) || !Object.hasOwn(here, key)) return undefined;
    here = here[key];
  }
  return here;
}

/** A function of a template that is asked for more than once: templates are never changed, only copied. */
export function remembered<T>(work: (fragment: JsonObject) => T): (fragment: JsonObject) => T {
  const known = new WeakMap<JsonObject, { readonly result: T }>();
  return (fragment) => {
    const entry = known.get(fragment) ?? { result: work(fragment) };
    known.set(fragment, entry);
    return entry.result;
  };
}

/** A way down into JSON: keys of objects and indexes of lists. */
export type Steps = readonly (string | number)[];

/** A new value for one place. */
export type Change = readonly [steps: Steps, value: unknown];

/** Changes by the way to them: at the end of a way stands the new value. */
interface Changes {
  readonly below: Map<string | number, Changes>;
  value?: { readonly it: unknown };
}

function byWay(changes: readonly Change[]): Changes {
  const top: Changes = { below: new Map() };
  for (const [steps, it] of changes) {
    let here = top;
    for (const step of steps) {
      const next = here.below.get(step) ?? { below: new Map() };
      here.below.set(step, next);
      here = next;
    }
    here.value = { it };
  }
  return top;
}

function applied(value: unknown, { below, value: own }: Changes): unknown {
  if (own !== undefined) return own.it;
  if (Array.isArray(value)) {
    const list: unknown[] = [...value];
    for (const [index, inner] of below) list[Number(index)] = applied(list[Number(index)], inner);
    return list;
  }
  const copy: Record<string, unknown> = isObject(value) ? { ...value } : {};
  // A user's key may be __proto__: the copy has it as a key of its own by now, so it is assigned like any other.
  for (const [step, inner] of below) copy[step] = applied(at(value, String(step)), inner);
  return copy;
}

/** The same JSON with new values at some places, everything else and its order kept; of two for one place the later. */
export const changed = (value: unknown, changes: readonly Change[]): unknown => applied(value, byWay(changes));
