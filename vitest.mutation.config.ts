import { defineConfig } from "vitest/config";

/** What Stryker runs: the tests of the pure core, which need nothing but Node.js. */
export default defineConfig({
  test: { include: ["test/unit/{template,packages}/**/*.test.ts"] },
});
