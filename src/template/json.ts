/** A template is JSON from outside: every shape is checked before it is used. */
export type JsonObject = { readonly [key: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A property at a path of own keys; undefined where the path leaves the objects. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce((v: unknown, key) => (isObject(v) && Object.hasOwn(v, key) ? v[key] : undefined), value);

/** A way down into JSON: keys of objects and indexes of lists. */
export type Steps = readonly (string | number)[];

/** A new value for one place. */
export type Change = readonly [steps: Steps, value: unknown];

/** The same JSON with new values at some places, everything else and its order kept. */
export function changed(value: unknown, changes: readonly Change[]): unknown {
  if (changes.length === 0) return value;
  const whole = changes.find(([steps]) => steps.length === 0);
  if (whole !== undefined) return whole[1];
  const below = new Map<string, Change[]>();
  for (const [[step, ...rest], part] of changes) {
    const key = String(step);
    const list = below.get(key) ?? [];
    list.push([rest, part]);
    below.set(key, list);
  }
  if (Array.isArray(value)) return value.map((item, i) => changed(item, below.get(String(i)) ?? []));
  const copy = isObject(value) ? { ...value } : {};
  for (const [key, inner] of below) {
    // Assigning to a key named __proto__ would set the prototype.
    const part = { value: changed(at(value, key), inner), enumerable: true, writable: true, configurable: true };
    Object.defineProperty(copy, key, part);
  }
  return copy;
}
