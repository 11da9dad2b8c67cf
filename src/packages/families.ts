import { FAMILIES, type Family, PATH_LISTS } from "./data/families.ts";

/** The table with its patterns compiled: it is asked for every layer. */
const compiled = FAMILIES.map(({ code, files, unless, names }) => ({
  code,
  files: files.map(pathPattern),
  unless: unless.map(pathPattern),
  names: names.map(namePattern),
}));

/** Codes of the families that a layer's files tell, sorted. Paths are below /opt, without a leading slash. */
export function familiesOfTree(paths: Iterable<string>): string[] {
  const all = [...paths];
  const has = (patterns: readonly RegExp[]): boolean => all.some((path) => patterns.some((p) => p.test(path)));
  return codesOf((family) => has(family.files) && !has(family.unless));
}

/**
 * Codes of the families that requested package names tell, sorted: what can be known before the layer is made. A
 * family that comes with a dependency shows only in the layer.
 */
export function familiesOfNames(packages: readonly string[]): string[] {
  return codesOf(({ names }) => packages.some((name) => names.some((pattern) => pattern.test(name))));
}

/**
 * The environment variables that these families need. Where two families set one variable, path lists are joined; of other values the first code's holds.
 */
export function variablesOf(
  codes: readonly string[],
  table: readonly Pick<Family, "code" | "variables">[] = FAMILIES,
): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const family of table) {
    if (!codes.includes(family.code)) continue;
    for (const [name, value] of Object.entries(family.variables))
      variables[name] = joined(name, variables[name], value);
  }
  return variables;
}

function joined(name: string, before: string | undefined, value: string): string {
  const separator = PATH_LISTS[name];
  if (before === undefined) return value;
  if (separator === undefined) return before;
  return [...new Set([...before.split(separator), ...value.split(separator)])].join(separator);
}

const codesOf = (belongs: (family: (typeof compiled)[number]) => boolean): string[] =>
  compiled
    .filter(belongs)
    .map((family) => family.code)
    .sort();

function pathPattern(glob: string): RegExp {
  return new RegExp(`^${escaped(glob).replace(/\*+/g, (stars) => (stars === "**" ? ".*" : "[^/]*"))}$`);
}

function namePattern(glob: string): RegExp {
  return new RegExp(`^${escaped(glob).replace(/\*/g, ".*")}$`);
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}
