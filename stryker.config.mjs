// Mutation testing of the pure core: `npm run deep`. The score that must be reached, and the mutants that live on with
// their reasons, stand in ARCHITECTURE.md.
export default {
  mutate: ["src/template/**/*.ts", "src/packages/**/*.ts"],
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.ts", related: false },
  plugins: ["@stryker-mutator/vitest-runner"],
  coverageAnalysis: "perTest",
  thresholds: { high: 95, low: 90, break: 90 },
  reporters: ["progress-append-only", "clear-text", "json"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: ".cache/reports/mutation.json" },
  tempDirName: ".cache/stryker",
  ignorePatterns: [".cache", "dist", "lab", "coverage"],
  concurrency: 2,
};
