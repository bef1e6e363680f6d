import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { CliStack } from "../drivers/cliStack";
import type {
  ConfigValue,
  PreviewOptions,
  RefreshOptions,
  RemovalOptions,
  StackDriver,
} from "../drivers/driver";
import { OfflineStack } from "../drivers/offlineStack";
import type { Result } from "../show/result";
import type { ExportedStack, ResourceState } from "../state/state";
import { normalizeResult, normalizeState, type Normalized } from "./compare";

const FIXTURE = join(__dirname, "../../fixtures/toys");
const PASSPHRASE = "correct horse";

export interface SceneOptions {
  readonly config?: Readonly<Record<string, ConfigValue>>;
  readonly state?: ExportedStack;
  readonly parallel?: number;
}

/** One stack of toys on one engine, with everything it did written down. */
export class Scene {
  readonly transcript: Normalized[] = [];
  #calls = 0;

  private constructor(
    readonly driver: StackDriver,
    private readonly folder: string,
    private readonly root: string,
  ) {}

  static async open(engine: "offline" | "cli", options: SceneOptions): Promise<Scene> {
    const folder = mkdtempSync(join(tmpdir(), "toys-"));
    mkdirSync(join(folder, "cloud"));
    const common = {
      program: FIXTURE,
      ...options,
      passphrase: PASSPHRASE,
      env: { TOY_PROGRAM: join(folder, "program.js"), TOY_CLOUD: join(folder, "cloud") },
    };
    const driver = engine === "offline" ? await OfflineStack.create(common) : await CliStack.create(common);
    return new Scene(driver, folder, driver instanceof CliStack ? driver.root : FIXTURE);
  }

  /** The program's body: what it registers, and the stack outputs it returns. */
  program(body: (sdk: ProgramSdk) => unknown): void {
    writeFileSync(join(this.folder, "program.js"), `module.exports = ${body.toString()}`);
  }

  /** What is in the cloud under an id; undefined when nothing is. */
  object(id: string): Record<string, unknown> | undefined {
    const file = this.#file(id);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>) : undefined;
  }

  /** Changes an object behind the engine's back; undefined removes it. */
  drift(id: string, change: Record<string, unknown> | undefined): void {
    if (change === undefined) rmSync(this.#file(id));
    else writeFileSync(this.#file(id), JSON.stringify({ ...this.object(id), ...change }));
  }

  #file(id: string): string {
    return join(this.folder, "cloud", `${encodeURIComponent(id)}.json`);
  }

  preview(options?: PreviewOptions): Promise<Result> {
    return this.#record("preview", this.driver.preview(options));
  }
  up(options?: PreviewOptions): Promise<Result> {
    return this.#record("up", this.driver.up(options));
  }
  refresh(options?: RefreshOptions): Promise<Result> {
    return this.#record("refresh", this.driver.refresh(options));
  }
  destroy(options?: RemovalOptions): Promise<Result> {
    return this.#record("destroy", this.driver.destroy(options));
  }

  /** The URN of a toy directly below the stack. */
  urn(name: string): string {
    return this.driver.urn("pulumi-nodejs:dynamic/toys:Toy", name);
  }

  /** The state's resources, secrets in clear. */
  async state(): Promise<ResourceState[]> {
    return normalizeState(await this.driver.exportState(), this.root, PASSPHRASE);
  }

  async #record(operation: string, running: Promise<Result>): Promise<Result> {
    const result = await running;
    const calls = this.#newCalls();
    const entry = normalizeResult(operation, result, calls, await this.state());
    // The scenes of two engines play in two folders.
    const text = JSON.stringify(entry).replaceAll(this.folder, "<scene>");
    this.transcript.push(JSON.parse(text) as Normalized);
    return result;
  }

  /** What the provider was asked since the last time. */
  #newCalls(): string[] {
    const log = join(this.folder, "cloud", "calls.log");
    const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
    return lines.splice(this.#calls, (this.#calls = lines.length));
  }

  async close(): Promise<void> {
    await this.driver.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a program's body gets; it runs in the program's process, so it can use nothing else. */
export interface ProgramSdk {
  readonly pulumi: typeof pulumi;
  readonly Toy: ToyClass;
}

interface ToyClass {
  new (name: string, args: Record<string, unknown>, options?: pulumi.CustomResourceOptions): Toy;
  get(name: string, id: string, args: Record<string, unknown>, options?: pulumi.CustomResourceOptions): Toy;
}
type Toy = pulumi.CustomResource & { readonly out: pulumi.Output<string> };
