import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Emulator } from "pulumi-gitlab-cd-testing";

import { loaderText } from "../../provider/doors/dynamic/registration";
import { TestProgram } from "../support/program";

/** As many as a page of a list holds. */
const PER_PROJECT = 100;

/** `floor`: the same resources, whose provider does nothing. `empty`: a program without resources. */
export type Kind = "ours" | "floor" | "empty";

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

/** The program of one life cycle: so many environments with an address and a tier, the first of which can be changed. */
export class Workload {
  readonly #program = new TestProgram("");

  constructor(
    readonly kind: Kind,
    readonly count: number,
  ) {
    writeFileSync(join(this.folder, FLOOR_FILE), FLOOR_PROVIDER);
    this.write("first");
  }

  get folder(): string {
    return this.#program.folder;
  }

  /** Declares everything, the first environment with this in its address. */
  write(word: string): void {
    const classes = {
      ours: `const { Environment } = require("pulumi-gitlab-cd");`,
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
