import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The first of these commands that PATH has; the last one if it has none. */
export function firstOnPath<Name extends string>(commands: readonly [Name, ...Name[]], path: string): Name {
  const found = commands.find((command) => path.split(delimiter).some((folder) => isExecutable(join(folder, command))));
  return found ?? (commands.at(-1) as Name);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
