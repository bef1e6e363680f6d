import { units } from "../text";
import { declarations, isExact } from "./declarations";
import { Labels } from "./names";
import type { Existing } from "./read";

/**
 * `pulumi import` makes a variable of each name, in which every other sign is a `_`: of `a.b` beside `a_b` it writes no program, or in
 * TypeScript one with a variable twice. `${` it writes into YAML and then cannot read.
 * https://github.com/pulumi/pulumi/blob/master/pkg/importer/language.go (`sanitizeName`)
 * https://github.com/pulumi/pulumi/blob/master/pkg/codegen/nodejs/utilities.go (`makeValidIdentifier`)
 */
const NOT_IN_NAMES = /[^\p{L}\p{N}]/gu;

/** The file for `pulumi import --file`. What cannot be declared as it is is left out. https://www.pulumi.com/docs/iac/guides/migration/import/ */
export function writeImportFile(existing: Existing): string {
  const names = new Labels();
  const all = declarations(existing, { protect: false, connection: undefined, door: "native" });
  const resources = [...all.values()].filter(isExact).map(({ kind, label, id }) => ({
    type: `gitlab-cd:index:${kind}`,
    name: names.take(label.replace(NOT_IN_NAMES, "-"), "-"),
    id,
  }));
  const text = JSON.stringify({ resources }, null, 2);
  return `${text.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, units)}\n`;
}
