import type { Emulator, EmulatorOptions } from "../../testing/emulator";
import { startGitLab } from "../support/stack";
import { Plugin, type PluginOptions } from "./pluginClient";

/** What the engine sends in place of a value that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A GitLab and a provider process for it, which serves one operation. */
export class PluginBench {
  #seen = 0;

  private constructor(
    readonly gitlab: Emulator,
    public plugin: Plugin,
    private readonly options: PluginOptions,
  ) {}

  static async start(options: PluginOptions = {}, world: EmulatorOptions = {}): Promise<PluginBench> {
    const gitlab = await startGitLab(world);
    const all = { gitlab, config: {}, ...options };
    return new PluginBench(gitlab, await Plugin.start(all), all);
  }

  /** The next operation has a process of its own. */
  async next(): Promise<Plugin> {
    this.plugin.process.kill("SIGKILL");
    this.plugin = await Plugin.start(this.options);
    return this.plugin;
  }

  /** What was asked since the last time, without queries. */
  asked(): string[] {
    const now = this.gitlab.requests
      .slice(this.#seen)
      .map(({ method, path }) => `${method} ${String(path.split("?")[0]).replace("/api/v4", "")}`);
    this.#seen = this.gitlab.requests.length;
    return now;
  }
}
