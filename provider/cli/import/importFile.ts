import { declarations, isExact } from "./declarations";
import { units } from "./escape";
import { Labels } from "./names";
import type { Existing } from "./read";

/**
 * `${` in the name of a resource makes a program that `pulumi import` writes and then cannot read; and it takes every `.` for a `_`, so
 * that of `a.b` and `a_b` it can write no program: the whole import fails.
 * https://github.com/pulumi/pulumi/blob/master/pkg/importer/language.go (`sanitizeName`)
 */
const NOT_IN_NAMES = /[^\p{L}\p{N} _/-]/gu;

/** The file for `pulumi import --file`. What cannot be declared as it is is left out. https://www.pulumi.com/docs/iac/guides/migration/import/ */
export function writeImportFile(existing: Existing): string {
  const names = new Labels();
  const all = declarations(existing, { protect: false, connection: undefined, door: "native" });
  const resources = [...all.values()].filter(isExact).map(({ kind, label, id }) => ({
    type: `gitlab-cd:index:${kind}`,
    name: names.take(label.replace(NOT_IN_NAMES, "_"), "-"),
    id,
  }));
  const text = JSON.stringify({ resources }, null, 2);
  return `${text.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, units)}\n`;
}
