import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";

/** What `Pulumi.yaml` says, as far as running the program goes. https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
export interface Project {
  readonly name: string;
  /** The folder of `Pulumi.yaml`. */
  readonly root: string;
  /** The folder of the program's main file; programs and dynamic providers run in it. */
  readonly programDirectory: string;
  /** The main file in that folder, or `.` for what its `package.json` names. */
  readonly entryPoint: string;
  readonly typescript: boolean;
  readonly nodeArgs: readonly string[];
  /** Configuration that holds for every stack of the project. */
  readonly config: Readonly<Record<string, string>>;
  /** Where plugins are that the engine would not find by itself, with absolute paths; as the file has them. */
  readonly plugins?: Plugins;
}

/** https://www.pulumi.com/docs/iac/concepts/projects/project-file/#plugins-options */
type Plugins = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

interface Yaml {
  name?: string;
  main?: string;
  runtime?: string | { name: string; options?: { typescript?: boolean; nodeargs?: string } };
  config?: Record<string, unknown>;
  plugins?: Plugins;
}

const fromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));

/** `program` is a project's folder, or a main file (with or without a `Pulumi.yaml` above it). */
export function loadProject(program: string, name: string | undefined): Project {
  const path = resolve(program);
  if (!existsSync(path)) throw new Error(`There is no program at ${path}.`);
  const isFolder = statSync(path).isDirectory();
  const found = isFolder ? projectFile(path) : findAbove(dirname(path));
  const yaml = found === undefined ? {} : parse(found);
  const root = found === undefined ? (isFolder ? path : dirname(path)) : dirname(found);
  const runtime = typeof yaml.runtime === "object" ? yaml.runtime : { name: yaml.runtime ?? "nodejs" };
  if (runtime.name !== "nodejs") {
    throw new Error(
      `The offline engine does not support the runtime '${runtime.name}': it runs Node.js programs only.`,
    );
  }
  const projectName = name ?? yaml.name ?? basename(root);
  return {
    name: projectName,
    root,
    ...place(
      isFolder ? join(root, yaml.main ?? ".") : path,
      isFolder && isAbsolute(yaml.main ?? "") ? yaml.main : undefined,
    ),
    typescript: runtime.options?.typescript ?? true,
    nodeArgs: splitArguments(runtime.options?.nodeargs ?? ""),
    config: projectConfig(yaml.config ?? {}, projectName),
    ...(yaml.plugins && { plugins: withPlaces(yaml.plugins, root) }),
  };
}

function withPlaces(plugins: Plugins, root: string): Plugins {
  const placed = (entry: Readonly<Record<string, unknown>>) =>
    typeof entry["path"] === "string" ? { ...entry, path: resolve(root, entry["path"]) } : entry;
  return Object.fromEntries(Object.entries(plugins).map(([kind, entries]) => [kind, entries.map(placed)]));
}

/** The words of a command line; quotes keep one together. */
export const splitArguments = (text: string): string[] =>
  [...text.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"),
  );

/** A main file runs in its own folder; a folder runs what its `package.json` says. */
function place(main: string, absolute: string | undefined): Pick<Project, "programDirectory" | "entryPoint"> {
  const path = absolute ?? main;
  if (!existsSync(path)) throw new Error(`project 'main' could not be read: ${path} does not exist`);
  return statSync(path).isDirectory()
    ? { programDirectory: path, entryPoint: "." }
    : { programDirectory: dirname(path), entryPoint: basename(path) };
}

const projectFile = (folder: string): string | undefined =>
  ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"].map((name) => join(folder, name)).find(existsSync);

function findAbove(folder: string): string | undefined {
  const found = projectFile(folder);
  return found ?? (dirname(folder) === folder ? undefined : findAbove(dirname(folder)));
}

function parse(file: string): Yaml {
  // The SDK brings a YAML parser along; it is loaded only where there is something to parse.
  const yaml = fromSdk("js-yaml") as { load(text: string): unknown };
  return yaml.load(readFileSync(file, "utf8")) ?? {};
}

/** Values (`key: value`), and declarations with a `value` or a `default`. */
function projectConfig(config: Record<string, unknown>, project: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [key, given] of Object.entries(config)) {
    const declared =
      typeof given === "object" && given !== null ? (given as Record<string, unknown>) : { value: given };
    const value = declared["value"] ?? declared["default"];
    if (value === undefined) continue;
    result[key.includes(":") ? key : `${project}:${key}`] =
      typeof value === "string" ? value : JSON.stringify(value);
  }
  return result;
}
