import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Tests import both doors from their sources, some of which are made.
import "./test/tools/doors.mjs";

const results = process.env["TEST_RESULTS"];

const HANGS_MS = 900_000;

/** Files that take longest: begun last, they would keep one core busy while the others have nothing left to do. */
const LONGEST =
  /(faults\/(matrix|crash)|cli\/foreignText|lives\/secrets|trial\/(programs|scenarios)|scenarios\/\w+|gitops\/run|real-cli\/guard)\.test\.ts$/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONGEST.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

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
    // Two cores are the smallest machine we promise for; one file more than that, since they often wait for what they have started.
    pool: "forks",
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    reporters: results ? ["default", "json"] : ["default"],
    ...(results ? { outputFile: { json: results } } : {}),
  },
});
