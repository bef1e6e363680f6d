import { defineConfig } from "vitest/config";

const results = process.env["TEST_RESULTS"];

const HANGS_MS = 900_000;

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "testing/**/*.test.ts", "examples/**/*.test.ts"],
    globalSetup: ["test/support/engines.ts"],
    setupFiles: ["test/support/canary.ts", "test/support/watched.ts", "test/support/warm.ts"],
    env: {
      // How long a lost create is looked for; a minute on a real GitLab, which may still be at it.
      GITLAB_SERVER_TIMEOUT: "1",
      // What this package itself asks of a GitLab must pass a strict reading of the API, whatever the emulator forgives.
      GITLAB_EMULATOR_STRICT: "pulumi-gitlab-cd",
    },
    // Limits only end what hangs: nothing that works is slower, on however busy a machine.
    testTimeout: HANGS_MS,
    hookTimeout: HANGS_MS,
    teardownTimeout: HANGS_MS,
    expect: { poll: { timeout: HANGS_MS } },
    // Each test file may start servers and provider processes; two cores are the smallest machine we promise for.
    pool: "forks",
    maxWorkers: 2,
    reporters: results ? ["default", "json"] : ["default"],
    ...(results ? { outputFile: { json: results } } : {}),
  },
});
