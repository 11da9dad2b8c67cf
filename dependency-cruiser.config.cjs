// The import table of ARCHITECTURE.md, as rules: each folder may import only what its line names.
const mayImport = {
  errors: [],
  packages: ["errors"],
  template: ["packages", "errors"],
  engine: ["packages", "errors"],
  assembler: ["packages", "errors"],
  "adapters/process": ["assembler/ports.ts", "engine/ports.ts", "errors"],
  "adapters/aws": ["engine/ports.ts", "packages", "errors"],
};

const onlyItsLine = Object.entries(mayImport).map(([folder, allowed]) => ({
  name: `${folder.replace("/", "-")}-imports`,
  severity: "error",
  from: { path: `^src/${folder}/` },
  to: {
    path: "^src/",
    pathNot: [folder, ...allowed].map((a) => (a.endsWith(".ts") ? `^src/${a.replace(".", "\\.")}$` : `^src/${a}/`)),
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...onlyItsLine,
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "only-adapters-aws-know-the-sdk",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/adapters/aws/" },
      to: { path: "node_modules/@(aws-sdk|smithy)/" },
    },
    {
      name: "only-adapters-process-start-processes",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/adapters/process/" },
      to: { path: "^(node:)?child_process$" },
    },
    {
      name: "pure-folders-touch-nothing",
      severity: "error",
      from: { path: "^src/(errors|packages|template|engine)/" },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?crypto$" },
    },
    { name: "entries-are-doors", severity: "error", from: { pathNot: "^src/entries/" }, to: { path: "^src/entries/" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
