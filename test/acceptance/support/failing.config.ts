import { defineConfig } from "vitest/config";

/** A run of one test that brings the lab up and fails: the suite looks at what such a run leaves. */
export default defineConfig({
  test: {
    include: ["test/acceptance/support/always-fails.ts"],
    globalSetup: ["test/acceptance/support/tear-down.ts"],
    testTimeout: 120_000,
  },
});
