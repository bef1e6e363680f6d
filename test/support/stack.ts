import { onTestFinished } from "vitest";

import { Emulator, type EmulatorOptions, type LoggedRequest } from "../../testing/emulator";
import { OfflineStack, type OfflineStackOptions, type Result, type StackDriver } from "../../testing/engine";
import { TestProgram } from "./program";

/** A GitLab that stops with the test, and lets no request weaken a protection. */
export async function startGitLab(options: EmulatorOptions = {}): Promise<Emulator> {
  const gitlab = await Emulator.start(options);
  onTestFinished(() => gitlab.stop());
  return gitlab;
}

/** A stack on the offline engine whose program a test writes and rewrites; everything goes with the test. */
export class TestStack {
  private constructor(
    readonly gitlab: Emulator,
    private readonly program: TestProgram,
    readonly driver: StackDriver,
  ) {}

  static async create(gitlab: Emulator, options: Partial<OfflineStackOptions> = {}): Promise<TestStack> {
    const program = new TestProgram("");
    const driver = await OfflineStack.create({ program: program.folder, emulator: gitlab, ...options });
    onTestFinished(async () => {
      await driver.dispose();
      program.remove();
    });
    return new TestStack(gitlab, program, driver);
  }

  /** `up` with this program; `requests` holds what it cost. */
  async up(body: string): Promise<Outcome> {
    return this.#run(body, () => this.driver.up());
  }

  async preview(body: string): Promise<Outcome> {
    return this.#run(body, () => this.driver.preview());
  }

  async refresh(): Promise<Outcome> {
    return this.#run(undefined, () => this.driver.refresh());
  }

  async destroy(options: { refresh?: boolean } = {}): Promise<Outcome> {
    return this.#run(undefined, () => this.driver.destroy(options));
  }

  /** The inputs and outputs that state holds of a resource, without the loader text. */
  async stored(name: string): Promise<{ id: string; inputs: Kept; outputs: Kept } | undefined> {
    const { deployment } = await this.driver.exportState();
    const found = deployment.resources?.find(({ urn }) => urn.endsWith(`::${name}`));
    if (found === undefined) return undefined;
    return { id: found.id ?? "", inputs: kept(found.inputs), outputs: kept(found.outputs) };
  }

  async #run(body: string | undefined, operation: () => Promise<Result>): Promise<Outcome> {
    if (body !== undefined) this.program.write(body);
    const before = this.gitlab.requests.length;
    const result = await operation();
    return Object.assign(result, { log: this.gitlab.requests.slice(before).map(line) });
  }
}

type Kept = Record<string, unknown>;
/** A result with its requests as lines: `PUT /projects/acme/shop/environments/1 {"tier":"staging"} 200`. */
export type Outcome = Result & { log: string[] };

function kept(props: object = {}): Kept {
  const { __provider, ...rest } = props as Kept;
  return rest;
}

/** One logged request as a test compares it. */
export function line({
  method,
  path,
  query,
  body,
  status,
}: Pick<LoggedRequest, "method" | "path" | "query" | "body" | "status">): string {
  const asked = `${method} ${decodeURIComponent(path).replace("/api/v4", "")}`;
  const search = Object.entries(query).map(([key, value]) => `${key}=${String(value)}`);
  const sent = Object.keys(body).length > 0 ? ` ${JSON.stringify(body)}` : "";
  return `${asked}${search.length > 0 ? `?${search.join("&")}` : ""}${sent} ${status === 0 ? "dropped" : status}`;
}

/** The program text that declares one resource. */
export function declare(kind: string, name: string, args: object, opts = "{}"): string {
  return `const ${name} = new gitlab.${kind}(${JSON.stringify(name)}, ${JSON.stringify(args)}, ${opts});\n`;
}
