import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { ROOT } from "../../support/root";
import { namesIn } from "./names";
import { packageSchema } from "./package";

/** Where the schema is kept; the build puts it beside the plugin. */
export const SCHEMA = join(ROOT, "provider", "plugin", "schema.json");
/** All names that it has ever had. None of them ever changes or goes. */
export const NAMES = join(ROOT, "test", "fixtures", "schemaNames.txt");

export const schemaText = (): string => `${JSON.stringify(packageSchema(ROOT), null, 2)}\n`;

/** The names of a schema, and all those that were promised before. */
export function namesText(schema: string): string {
  const promised = existsSync(NAMES) ? readFileSync(NAMES, "utf8").trim().split("\n") : [];
  const names = new Set([...promised, ...namesIn(JSON.parse(schema) as object)]);
  return `${[...names].sort().join("\n")}\n`;
}
