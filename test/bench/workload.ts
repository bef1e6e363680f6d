import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import type { Emulator } from "pulumi-gitlab-cd-testing";

import { loaderText } from "../../provider/lifecycle/loaderText";
import { TestProgram } from "../support/program";

/** As many as a page of a list holds. */
const PER_PROJECT = 100;

/**
 * `ours`: the dynamic door; `native`: the other one. `floor`, `idle`: the same resources by each of them, whose provider does nothing.
 * `empty`: a program without resources. `peer`: another provider, with a program of its own for the same environments.
 */
export type Kind = "ours" | "native" | "floor" | "idle" | "empty" | "peer";

/** A provider as an executable, as the project file names it. */
interface Plugin {
  readonly name: string;
  readonly path: string;
}

/** Two folders up from the sources, three from what is built. */
const packageFolder = dirname(require.resolve("pulumi-gitlab-cd/package.json"));

const OURS: Plugin = { name: "gitlab-cd", path: join(packageFolder, "plugin") };

/** The folder that `PEER_PLUGIN` names: a Pulumi project with `plugin/pulumi-resource-NAME`; see docs/benchmarks.md. */
export const peerFolder = (): string | undefined => {
  const named = process.env["PEER_PLUGIN"];
  return named === undefined || named === "" ? undefined : resolve(named);
};

function pluginIn(folder: string): Plugin {
  const path = join(folder, "plugin");
  const files = existsSync(path) ? readdirSync(path) : [];
  const name = files.flatMap((file) => /^pulumi-resource-([\w-]+?)(\.cmd|\.exe)?$/.exec(file)?.[1] ?? [])[0];
  if (name === undefined || !existsSync(join(folder, "Pulumi.yaml")))
    throw new Error(
      `PEER_PLUGIN must name a folder with a Pulumi.yaml and plugin/pulumi-resource-NAME: ${folder}`,
    );
  return { name, path };
}

export const projectsFor = (count: number): string[] =>
  Array.from({ length: Math.ceil(count / PER_PROJECT) }, (_, n) => `acme/bench-${n}`);

export function addProjects(emulator: Emulator, count: number): void {
  for (const path of projectsFor(count)) emulator.world.addProject({ path });
}

/** Of the length of `pulumi-gitlab-cd/dynamic`, so that both loader texts are equally long. */
const FLOOR_FILE = "./floor-does-nothing-.js";

const FLOOR_PROVIDER = `"use strict";
exports.environment = {
  check: async (olds, inputs) => ({ inputs }),
  diff: async (id, olds, news) => ({ changes: olds.externalUrl !== news.externalUrl }),
  create: async (inputs) => ({ id: inputs.project + ":" + inputs.name, outs: inputs }),
  read: async (id, props) => ({ id, props }),
  update: async (id, olds, news) => ({ outs: news }),
  delete: async () => {},
};
`;

const floorClass = (): string => {
  const loader = loaderText("environment").replace("pulumi-gitlab-cd/dynamic", FLOOR_FILE);
  return `class Environment extends pulumi.CustomResource {
  constructor(name, args) {
    const outputs = { slug: undefined, state: undefined, createdAt: undefined };
    super("pulumi-nodejs:dynamic/floor:Environment", name, { __provider: ${JSON.stringify(loader)}, ...outputs, ...args });
  }
}`;
};

/** The native provider with nothing behind it. */
function idlePlugin(scratch: string): Plugin {
  const path = join(scratch, "plugin");
  const tool = join(packageFolder, "test", "tools", "bundlePlugin.mjs");
  execFileSync(process.execPath, [tool, path, join(packageFolder, "test", "bench", "idle.ts")]);
  return { name: OURS.name, path };
}

const projectWith = ({ name, path }: Plugin): string => `name: tested
runtime:
  name: nodejs
  options:
    typescript: false
main: index.js
plugins:
  providers:
    - name: ${name}
      path: ${path}
`;

const NATIVE_CLASS = `const { Environment } = require("pulumi-gitlab-cd/native");`;

/** The program of one life cycle: so many environments with an address and a tier, the first of which can be changed. */
export class Workload {
  readonly #program = new TestProgram("");
  readonly #plugin: Plugin | undefined;
  readonly folder: string;
  /** What a peer's program goes by: how many environments, in which projects, and the word in the address of the first. */
  readonly env: Record<string, string>;

  constructor(
    readonly kind: Kind,
    readonly count: number,
  ) {
    const peer = kind === "peer" ? peerFolder() : undefined;
    this.folder = peer ?? this.#program.folder;
    this.#plugin = this.#pluginOf(kind);
    this.env = {
      BENCH_COUNT: String(count),
      BENCH_PROJECTS: JSON.stringify(projectsFor(count)),
    };
    if (peer === undefined && this.#plugin !== undefined)
      writeFileSync(join(this.folder, "Pulumi.yaml"), projectWith(this.#plugin));
    if (kind === "floor") writeFileSync(join(this.folder, FLOOR_FILE), FLOOR_PROVIDER);
    this.write("first");
  }

  #pluginOf(kind: Kind): Plugin | undefined {
    if (kind === "native") return OURS;
    if (kind === "idle") return idlePlugin(this.scratch);
    return kind === "peer" ? pluginIn(this.folder) : undefined;
  }

  /** What the CLI's project file says besides. */
  get settings(): Record<string, unknown> {
    return this.#plugin === undefined ? {} : { plugins: { providers: [this.#plugin] } };
  }

  /** Where the memory recorder and the like may write. */
  get scratch(): string {
    return this.#program.folder;
  }

  /** Declares everything, the first environment with this in its address. */
  write(word: string): void {
    this.env["BENCH_WORD"] = word;
    if (this.kind === "peer") return;
    const classes = {
      ours: `const { Environment } = require("pulumi-gitlab-cd");`,
      native: NATIVE_CLASS,
      idle: NATIVE_CLASS,
      floor: floorClass(),
      empty: "",
    };
    const body = `"use strict";
const pulumi = require("@pulumi/pulumi");
${classes[this.kind]}
const projects = ${JSON.stringify(projectsFor(this.count))};
for (let n = 0; n < ${this.kind === "empty" ? 0 : this.count}; n++) {
  const project = projects[n % projects.length];
  const externalUrl = "https://" + (n === 0 ? ${JSON.stringify(word)} : "app") + n + ".example.com";
  new Environment("e" + n, { project, name: "env-" + n, tier: "staging", externalUrl });
}
exports.count = ${this.count};
`;
    writeFileSync(join(this.folder, "index.js"), body);
  }

  remove(): void {
    this.#program.remove();
  }
}
