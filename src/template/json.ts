/** A template is JSON from outside: every shape is checked before it is used. */
export type JsonObject = { readonly [key: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A property at a path of own keys; undefined where the path leaves the objects. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce((v: unknown, key) => (isObject(v) && Object.hasOwn(v, key) ? v[key] : undefined), value);
