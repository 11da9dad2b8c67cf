import * as v from "valibot";
import { datedRelease, layerPath, namedRepository, ownRepository, packageSpec } from "../packages/grammar.ts";
import type { Repository } from "../packages/layer-spec.ts";
import { isIntrinsic } from "./intrinsics.ts";
import { isObject } from "./json.ts";

type Text = typeof packageSpec | typeof layerPath;
type Texts = string | readonly Texts[];
type TextsSchema = v.GenericSchema<Texts>;

/** One text or a list of them; lists in lists are one list. */
function oneOrMore(text: Text): TextsSchema {
  const many = v.array(v.lazy(() => each));
  // Of a value only the member that fits its form is asked, so that a fault is told at its own place; the JSON Schema is
  // made without a value, and gets both.
  const each: TextsSchema = v.lazy((value) =>
    value === undefined ? v.union([text, many]) : Array.isArray(value) ? many : text,
  );
  return each;
}

const packageSpecs = oneOrMore(packageSpec);
const layerPaths = oneOrMore(layerPath);
const described = <T extends v.GenericSchema>(schema: T, text: string) =>
  v.pipe(v.nullish(schema), v.description(text));

/** One repository or a list of them, in the same way. */
const repository: v.GenericSchema<Repository> = v.lazy((value) =>
  value === undefined
    ? v.union([namedRepository, ownRepository])
    : isObject(value) && !isIntrinsic(value)
      ? ownRepository
      : namedRepository,
);
const repositories: v.GenericSchema<Repository | Repository[]> = v.lazy((value) =>
  value === undefined
    ? v.union([repository, v.array(repository)])
    : Array.isArray(value)
      ? v.array(repository)
      : repository,
);

/** A block of packages: all that a block is checked against, and what its JSON Schema is made from. */
export const blockSchema = v.strictObject({
  Build: described(packageSpecs, "Packages needed to compile gems, wheels and addons."),
  Runtime: described(packageSpecs, "Packages needed to run, as `dnf install` takes them."),
  Release: described(datedRelease, "A dated release of Amazon Linux 2023; without it that of the Lambda image."),
  Repositories: described(
    repositories,
    "Repositories besides the image's own: spal, epel, extras:NAME, or one with its key.",
  ),
  Keep: described(layerPaths, "Paths below /opt that would be pruned, to be kept."),
  Drop: described(layerPaths, "Paths below /opt to be left out."),
});

/** What may stand under `Packages`: a block, `false` to opt out, or nothing. */
export const packagesSchema = v.nullable(v.union([v.literal(false), blockSchema]));

/** The parts that the JSON Schema refers to by name. */
export const definitions = { packages: packageSpecs, paths: layerPaths, repository };

/** Keys a block may have. */
export const BLOCK_KEYS: readonly string[] = Object.keys(blockSchema.entries);
