import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { splitArguments } from "../protocol/project";

/** `runtime.options` of a project or plugin file. https://www.pulumi.com/docs/iac/languages-sdks/javascript/#configuration-options */
export interface RuntimeOptions {
  /** Default: true. */
  readonly typescript: boolean;
  readonly nodeArgs: readonly string[];
  /** Default: npm. */
  readonly packageManager: PackageManager;
  /** The compiler's settings, from the program's folder; default `tsconfig.json`. */
  readonly tsconfig: string | undefined;
}

const PACKAGE_MANAGERS = ["npm", "yarn", "pnpm", "bun"] as const;
type PackageManager = (typeof PACKAGE_MANAGERS)[number];

/** Refuses what the engine's own host refuses: a wrong type, a package manager that nobody knows. */
export function runtimeOptions(given: Struct | undefined): RuntimeOptions {
  const options = given?.toJavaScript() ?? {};
  const packageManager = options["packagemanager"] ?? "npm";
  if (!PACKAGE_MANAGERS.includes(packageManager as PackageManager)) {
    const known = PACKAGE_MANAGERS.join(", ");
    throw new Error(`packagemanager option must be one of ${known}, got ${JSON.stringify(packageManager)}`);
  }
  return {
    typescript: option(options, "typescript", "boolean") ?? true,
    nodeArgs: splitArguments(option(options, "nodeargs", "string") ?? ""),
    packageManager: packageManager as PackageManager,
    tsconfig: option(options, "tsconfig", "string"),
  };
}

interface Types {
  readonly boolean: boolean;
  readonly string: string;
}

function option<T extends keyof Types>(
  options: Record<string, unknown>,
  name: string,
  type: T,
): Types[T] | undefined {
  const value = options[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== type)
    throw new Error(`${name} option must be a ${type}, got ${JSON.stringify(value)}`);
  return value as Types[T];
}
