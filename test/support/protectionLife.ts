import { afterEach, beforeEach, expect, it } from "vitest";

import { Emulator, type LoggedRequest } from "../../testing/emulator";
import { OfflineStack } from "../../testing/engine";
import { TestProgram } from "./program";

/** Where the two levels of protection differ. */
export interface Level {
  readonly kind: "GroupProtectedEnvironment" | "ProjectProtectedEnvironment";
  readonly container: "group" | "project";
  readonly spelling: string;
  readonly name: string;
  /** Both paths percent-encoded and below `/api/v4`. */
  readonly parentPath: string;
  readonly protectionPath: string;
  /** A user whom GitLab leaves out at this level, and what makes it accept them. */
  readonly unqualified: string;
  readonly qualify: (emulator: Emulator) => void;
  readonly cause: string;
}

/** Several operations, each of which starts processes: on a busy machine they take a while. */
const LONG_MS = 900_000;

/** One stack with one protection, on the offline engine and a fresh emulator. */
export class ProtectionBench {
  private constructor(
    readonly level: Level,
    readonly emulator: Emulator,
    readonly program: TestProgram,
    readonly stack: OfflineStack,
  ) {}

  static async start(level: Level): Promise<ProtectionBench> {
    const emulator = await Emulator.start();
    const program = new TestProgram("");
    const stack = await OfflineStack.create({ program: program.folder, emulator });
    return new ProtectionBench(level, emulator, program, stack);
  }

  /** Declares one protection of the level; `args` is the inside of an object literal, `rest` what follows it. */
  declare(args: string, { resource = "p", name = this.level.name, in: spelling = "", rest = "" } = {}): void {
    const { kind, container } = this.level;
    const place = spelling === "" ? JSON.stringify(this.level.spelling) : spelling;
    this.program.write(
      `const p = new gitlab.${kind}("${resource}", { ${container}: ${place}, name: "${name}", ${args} });\n${rest}`,
    );
  }

  get rules(): { id: number; user_id: number | null; group_id: number | null; required_approvals: number }[] {
    return this.emulator.world.protection(this.level.spelling, this.level.name)?.approval_rules ?? [];
  }

  get live(): unknown {
    return this.emulator.world.protection(this.level.spelling, this.level.name);
  }

  async stop(): Promise<void> {
    await this.stack.dispose();
    this.program.remove();
    await this.emulator.stop();
  }
}

/** `PUT /groups/acme/…`, one for each request of the operation. */
export function log(result: { requests: readonly unknown[] }): string[] {
  return (result.requests as LoggedRequest[]).map(
    ({ method, path }) => `${method} ${path.replace("/api/v4", "")}`,
  );
}

/** What both levels promise, told by the requests that an operation cost. */
export function describeProtection(level: Level): void {
  const GET = `GET ${level.protectionPath}`;
  const PUT = `PUT ${level.protectionPath}`;
  const DELETE = `DELETE ${level.protectionPath}`;
  const POST = `POST ${level.parentPath}/protected_environments`;
  const maintainers = "deployAccessLevels: [{ accessLevel: gitlab.AccessLevel.Maintainer }]";
  const qaTwice = '{ groupPath: "acme/qa", requiredApprovals: 2 }';

  let bench: ProtectionBench;
  beforeEach(async () => {
    bench = await ProtectionBench.start(level);
  });
  afterEach(() => bench.stop());

  it(
    "lives a whole life for exactly the requests its changes need",
    async () => {
      const { stack, emulator } = bench;
      bench.declare(`${maintainers}, approvalRules: [${qaTwice}, { username: "dana" }]`);
      expect(log((await stack.preview()).orThrow())).toEqual([]);
      const up = (await stack.up()).orThrow();
      expect(log(up).sort()).toEqual(["GET /groups/acme%2Fqa", "GET /users", POST]);
      expect(up.stepsOf("p")[0]?.id).toBe(`${level.spelling}:${level.name}`);

      bench.declare(`approvalRules: [{ username: "dana" }, ${qaTwice}], ${maintainers}`);
      const reordered = (await stack.up()).orThrow();
      expect(log(reordered)).toEqual([]);
      expect(reordered.changes).toMatchObject({ same: 2 });

      const [qa] = bench.rules;
      bench.declare(`${maintainers}, approvalRules: [${qaTwice}]`);
      expect(log((await stack.up()).orThrow())).toEqual([GET, PUT]);
      expect(bench.rules).toEqual([qa]);

      emulator.world.addStrangerEntry(level.spelling, level.name, { user: "dana" }, "rules");
      const refreshed = (await stack.refresh()).orThrow();
      expect(log(refreshed)).toEqual([GET]);
      expect(refreshed.stepsOf("p")[0]?.resultOp).toBe("update");
      expect(log((await stack.up()).orThrow())).toEqual([GET, PUT]);
      expect(bench.rules).toEqual([qa]);

      expect(log((await stack.destroy()).orThrow())).toEqual([GET, DELETE]);
      expect(bench.live).toBeUndefined();
    },
    LONG_MS,
  );

  it(
    "fails by name when GitLab leaves an entry out, removes nothing, and is made good by the next up",
    async () => {
      bench.declare(`${maintainers}, approvalRules: [${qaTwice}]`);
      (await bench.stack.up()).orThrow();
      const before = bench.rules;
      bench.declare(`${maintainers}, approvalRules: [{ username: "${level.unqualified}" }]`);
      const failed = await bench.stack.up();
      expect(failed.errors.join()).toContain(
        `GitLab left user ${level.unqualified} out of approvalRules without a word. ${level.cause}`,
      );
      expect(log(failed)).toEqual(["GET /users", PUT]);
      expect(bench.rules).toEqual(before);
      level.qualify(bench.emulator);
      expect(log((await bench.stack.up()).orThrow())).toEqual(["GET /users", PUT, PUT]);
      expect(bench.rules).toHaveLength(1);
    },
    LONG_MS,
  );
}
