import type * as pulumi from "@pulumi/pulumi";
import { expect, it, onTestFinished } from "vitest";

import type * as gitlab from "../../provider";
import { type Door, DOORS } from "../../provider/doors/kind";
import { Emulator, type LoggedRequest } from "../../testing/emulator";
import { enginesUsed, playOnBoth, type EngineName } from "../../testing/engine/trial/bothEngines";
import { CliStack } from "../../testing/engine/drivers/cliStack";
import { normalizeResult, normalizeState, type Normalized } from "../../testing/engine/trial/compare";
import type {
  ConfigValue,
  PreviewOptions,
  RefreshOptions,
  RemovalOptions,
  StackDriver,
} from "../../testing/engine/drivers/driver";
import { OfflineStack } from "../../testing/engine/drivers/offlineStack";
import type { Result } from "../../testing/engine/show/result";
import { realEngine } from "../../testing/engine/trial/realEngine";
import { TestProgram } from "../support/program";
import { line } from "../support/stack";
import { betweenDoors, moreThanTheFirst, untrue } from "./doors";

const PASSPHRASE = "correct horse";
export interface SceneOptions {
  readonly config?: Readonly<Record<string, ConfigValue>>;
  /** On top of the emulator's address and token; undefined takes one away. */
  readonly env?: (gitlab: Emulator) => Readonly<Record<string, string | undefined>>;
}

/** What a program's body gets; it runs in the program's process, so it can use nothing else. */
export interface ProgramSdk {
  readonly pulumi: typeof pulumi;
  readonly gitlab: typeof gitlab;
}

/** A result with its requests as lines, in the order in which they came. */
export type Played = Result & { readonly log: readonly string[] };

/** One stack on one engine and a GitLab of its own, with everything it did written down. */
export class Scene {
  readonly transcript: Normalized[] = [];

  private constructor(
    readonly gitlab: Emulator,
    private readonly folder: TestProgram,
    readonly driver: StackDriver,
    readonly door: Door,
  ) {}

  static async open(
    engine: EngineName,
    { config, env }: SceneOptions,
    door: Door = "dynamic",
  ): Promise<Scene> {
    const emulator = await Emulator.start();
    const folder = new TestProgram("", door);
    const options = {
      program: folder.folder,
      emulator,
      passphrase: PASSPHRASE,
      ...(config && { config }),
      ...(env && { env: env(emulator) }),
    };
    const driver = engine === "offline" ? await OfflineStack.create(options) : await CliStack.create(options);
    return new Scene(emulator, folder, driver, door);
  }

  get world(): Emulator["world"] {
    return this.gitlab.world;
  }

  /** Head of a branch of `acme/shop`: a commit that exists. */
  get head(): string {
    return this.world.project("acme/shop").branches.get("main") ?? "";
  }

  /** The program's body: what it registers, and the stack outputs it returns. `data` is all it can see of this process. */
  program<T = undefined>(body: (sdk: ProgramSdk, data: T) => unknown, data?: T): void {
    this.folder.write(`module.exports = (${body.toString()})({ gitlab, pulumi }, ${JSON.stringify(data)});`);
  }

  /** What the program itself reads (`get`, data functions) it reads in a preview too; apart from that none sends anything. */
  async preview({ reads = false, ...options }: PreviewOptions & { reads?: boolean } = {}): Promise<Played> {
    const played = await this.#record("preview", () => this.driver.preview(options));
    expect(played.log.filter((call) => !(reads || options.refresh) || !call.startsWith("GET"))).toEqual([]);
    return played;
  }
  up(options?: PreviewOptions): Promise<Played> {
    return this.#record("up", () => this.driver.up(options));
  }
  refresh(options?: RefreshOptions): Promise<Played> {
    return this.#record("refresh", () => this.driver.refresh(options));
  }
  destroy(options?: RemovalOptions): Promise<Played> {
    return this.#record("destroy", () => this.driver.destroy(options));
  }

  /** The URN of one of our resources directly below the stack. */
  urn(kind: string, name: string): string {
    return this.driver.urn(DOORS[this.door] + kind, name);
  }

  /** The namespace of this door's configuration. */
  get namespace(): string {
    return this.door === "native" ? "gitlab-cd" : "gitlab";
  }

  async #record(operation: string, run: () => Promise<Result>): Promise<Played> {
    const before = this.gitlab.requests.length;
    const result = await run();
    const requests = this.gitlab.requests.slice(before);
    const root = this.driver instanceof CliStack ? this.driver.root : this.folder.folder;
    const state = normalizeState(await this.driver.exportState(), root, PASSPHRASE);
    this.transcript.push(this.#withoutPlace(normalizeResult(operation, result, calls(requests), state)));
    return Object.assign(result, { log: requests.map(line) });
  }

  /** The scenes of two engines play in two folders, with two GitLabs, one a moment after the other. */
  #withoutPlace(entry: Normalized): Normalized {
    const text = JSON.stringify(entry)
      .replaceAll(this.folder.folder, "<scene>")
      .replaceAll(this.gitlab.url, "<gitlab>")
      .replaceAll(/glpat-emulated-canary-[\w-]+/g, "<token>")
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
      .replaceAll(/"duration":\d+/g, '"duration":"<seconds>"');
    return JSON.parse(text) as Normalized;
  }

  async close(): Promise<void> {
    await this.driver.dispose();
    this.folder.remove();
    await this.gitlab.stop();
  }
}

/** Whatever waits looks as often as its time allows: one read of a kind stands for all. */
function calls(requests: readonly LoggedRequest[]): string[] {
  const all = requests.map(({ method, path, query, body, status, user }) =>
    JSON.stringify({ method, path, query, body, status, user }),
  );
  const isRead = (_: string, i: number): boolean => requests[i]?.method === "GET";
  return [...new Set(all.filter(isRead)), ...all.filter((call, i) => !isRead(call, i))];
}

/**
 * A scenario with the real resources: through the first door on the offline engine always, and on the real one wherever it is; there
 * through the second door too, which must come out as the first one does.
 */
export function scenario(
  name: string,
  script: (scene: Scene) => Promise<void>,
  options: SceneOptions = {},
): void {
  it(`${name} ${enginesUsed}`, async () => {
    const [first, second] = await Promise.all([
      playOnBoth(name, (engine) => Scene.open(engine, options), script),
      realEngine === undefined ? undefined : playNative(script, options),
    ]);
    if (second === undefined) return;
    expect(moreThanTheFirst(first, second)).toEqual([]);
    expect(untrue(second)).toEqual([]);
    expect(betweenDoors(name, first, second)).toEqual([]);
  });
}

async function playNative(script: (scene: Scene) => Promise<void>, options: SceneOptions): Promise<Scene> {
  const scene = await Scene.open("cli", options, "native");
  onTestFinished(() => scene.close());
  await script(scene);
  return scene;
}
