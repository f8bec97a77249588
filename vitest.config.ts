import { defineConfig } from "vitest/config";

/** One project per kind of test; `npm test` runs them in this order and stops at the first that fails. */
export default defineConfig({
  test: {
    pool: "forks",
    env: { POWERTOOLS_LOG_LEVEL: "SILENT" },
    expect: { requireAssertions: true },
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 60_000 },
      },
      {
        extends: true,
        // Virtual time: it costs what happens in it, and a loaded machine changes nothing but how long that takes.
        test: {
          name: "simulation",
          include: ["test/simulation/**/*.test.ts"],
          testTimeout: 600_000,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          globalSetup: ["test/support/database.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each file starts the whole service, and waits for the database half of the time.
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "infra",
          include: ["test/infra/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/support/database.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
        },
      },
    ],
  },
});
