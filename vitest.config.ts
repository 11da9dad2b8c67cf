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
    coverage: {
      provider: "v8",
      include: ["src/template/**", "src/packages/**"],
      reporter: ["text-summary"],
      reportsDirectory: ".cache/reports/coverage",
      // The pure core: what it gets wrong shows in other people's production.
      thresholds: { branches: 100, functions: 100, lines: 100, statements: 100 },
    },
  },
});
