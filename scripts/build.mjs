// Makes dist/ from src/ and macro-template.yaml, and holds the sizes that users rely on.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";

const KB = 1024;
const LIMITS = { "dist/macro/index.js": 100 * KB, "dist/macro-template.yaml": 400 * KB };

const bundle = (entry, outfile, options = {}) =>
  build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    // Lambda's Node.js runtimes ship the AWS SDK.
    external: ["@aws-sdk/*"],
    // Lambda finds its SDK through NODE_PATH, which require honours and import does not.
    supported: { "dynamic-import": false },
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    ...options,
  });

async function lambda(name, options) {
  const result = await bundle(`src/entries/${name}.ts`, `dist/${name}/index.js`, options);
  // Without it Node.js would read index.js as a module, inside this package.
  writeFileSync(`dist/${name}/package.json`, '{"type":"commonjs"}\n');
  return result;
}

/** What the bundle is made of, the heaviest first. */
function weigh(file, { metafile }) {
  const inputs = Object.entries(metafile.outputs[file].inputs);
  const heaviest = inputs.sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput).slice(0, 5);
  return heaviest.map(([name, { bytesInOutput }]) => `    ${(bytesInOutput / KB).toFixed(1)} KB ${name}`).join("\n");
}

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");
// Plug-ins of the CycloneDX library for what is not used here: XML, and checking one's own output.
const unused = ["xmlbuilder2", "libxmljs2", "ajv", "ajv-formats", "ajv-formats-draft2019"];
await bundle("src/entries/assembler.ts", "dist/assembler.cjs", { target: "node18", external: unused });
const assembler = readFileSync("dist/assembler.cjs");
const sha256 = createHash("sha256").update(assembler).digest("hex");
const brotli = brotliCompressSync(assembler, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: assembler.length } });

const macro = await lambda("macro");
await lambda("waiter");
await lambda("installer", {
  define: {
    ASSEMBLER_BROTLI: JSON.stringify(brotli.toString("base64")),
    ASSEMBLER_SHA256: JSON.stringify(sha256),
  },
});

// A JSON string is a YAML double-quoted scalar, so the rest of the template stays as it was written.
const template = readFileSync("macro-template.yaml", "utf8")
  .replace(/"@inline ([^"]+)"/g, (_, file) => JSON.stringify(readFileSync(file, "utf8")))
  .replace('"@assembler-sha256"', JSON.stringify(sha256));
writeFileSync("dist/macro-template.yaml", template);

let tooLarge = false;
for (const [file, limit] of Object.entries(LIMITS)) {
  const size = readFileSync(file).length;
  tooLarge ||= size > limit;
  console.log(`${file}: ${(size / KB).toFixed(1)} KB of ${limit / KB} KB${size > limit ? ": TOO LARGE" : ""}`);
  if (file === "dist/macro/index.js") console.log(weigh(file, macro));
}
if (tooLarge) process.exit(1);
