// npm run bench -- [--only GROUP] [--quick] [--json FILE]: runs the groups of bench/, prints a table, and exits 1 if a
// figure that has a goal does not hold.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const groups = readdirSync("bench").flatMap((file) => (file.endsWith(".ts") ? [file.replace(/\.ts$/, "")] : []));

function usage(message) {
  console.error(`bench: ${message}: use [--only ${groups.join("|")}] [--quick] [--json FILE]`);
  process.exit(64);
}

function options() {
  try {
    const types = { only: { type: "string" }, quick: { type: "boolean", default: false }, json: { type: "string" } };
    return parseArgs({ options: types }).values;
  } catch (error) {
    return usage(error.message);
  }
}

/** Bundled as the build bundles it, so that what is measured is what runs. */
async function load(group) {
  const outfile = `.cache/bench/${group}.mjs`;
  const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    entryPoints: [`bench/${group}.ts`],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    banner: { js: banner },
    logLevel: "warning",
  });
  return import(pathToFileURL(outfile).href);
}

const shown = (value) => (value === null ? "" : value.toPrecision(3));

function print(figures) {
  console.log(
    `${"group".padEnd(10)} ${"figure".padEnd(48)} ${"value".padStart(10)} ${"unit".padEnd(6)} ${"at most".padStart(8)}`,
  );
  for (const { group, name, value, unit, goal, holds } of figures) {
    const verdict = goal === null ? "" : holds ? "holds" : "DOES NOT HOLD";
    console.log(
      `${group.padEnd(10)} ${name.padEnd(48)} ${shown(value).padStart(10)} ${unit.padEnd(6)} ${shown(goal).padStart(8)} ${verdict}`.trimEnd(),
    );
  }
}

const { only, quick, json } = options();
if (only !== undefined && !groups.includes(only)) usage(`there is no group ${only}`);
mkdirSync(".cache/bench", { recursive: true });
const figures = [];
for (const group of only === undefined ? groups : [only])
  figures.push(...(await (await load(group)).figures({ quick })));
print(figures);
if (json !== undefined) writeFileSync(json, `${JSON.stringify({ v: 1, figures }, null, 2)}\n`);
process.exitCode = figures.every(({ holds }) => holds) ? 0 : 1;
