import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts", "test/contracts/**/*.fakes.test.ts"] } },
      {
        test: {
          name: "lab",
          include: ["test/acceptance/**/*.test.ts", "test/contracts/**/*.lab.test.ts", "test/oracle/**/*.test.ts"],
          // One lab, two cores: files run one after the other.
          poolOptions: { forks: { singleFork: true } },
          globalSetup: ["test/acceptance/support/tear-down.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
    coverage: { provider: "v8", include: ["src/**"], exclude: ["src/entries/**"] },
  },
});
