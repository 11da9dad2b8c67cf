import { parseArgs } from "node:util";

export type Command =
  | {
      readonly verb: "build";
      /** File that holds the layer spec. */
      readonly spec: string;
      readonly out: string;
      readonly engine: "docker" | "podman" | undefined;
      readonly image: string | undefined;
    }
  | { readonly verb: "publish"; readonly dir: string };

export const USAGE = `usage: assembler build --spec FILE --out DIR [--engine docker|podman] [--image REF]
       assembler publish --dir DIR`;

/** What the arguments ask for; undefined if they ask for nothing we know. */
export function parseCommand(args: readonly string[]): Command | undefined {
  const [verb, ...rest] = args;
  const values = optionsOf(rest);
  if (values === undefined) return undefined;
  const { spec, out, engine, image, dir } = values;
  if (verb === "publish" && dir !== undefined && !(spec ?? out ?? engine ?? image)) return { verb, dir };
  if (verb !== "build" || dir !== undefined || spec === undefined || out === undefined) return undefined;
  if (engine !== undefined && engine !== "docker" && engine !== "podman") return undefined;
  // An image is an argument of the engine's, never an option.
  return image?.startsWith("-") ? undefined : { verb, spec, out, engine, image };
}

function optionsOf(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    const options = { spec: text, out: text, engine: text, image: text, dir: text };
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch {
    return undefined;
  }
}
