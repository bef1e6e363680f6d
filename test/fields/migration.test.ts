import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import type { Table } from "../../provider/fields/field";
import { fields as environment } from "../../provider/resources/environment";
import { fields as groupProtectedEnvironment } from "../../provider/resources/groupProtectedEnvironment";
import { fields as projectProtectedEnvironment } from "../../provider/resources/projectProtectedEnvironment";
import { ROOT } from "../support/root";

const GUIDE = readFileSync(join(ROOT, "docs", "moving-from-terraform.md"), "utf8");

/** The rows of the table for one class: Terraform's name, the bridged provider's, ours. */
function rowsOf(className: string): string[][] {
  const section =
    GUIDE.split(/^## /m).find((part) => part.split("\n")[0]?.endsWith(`\`${className}\``)) ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| Terraform"))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, ...cells]) => cells);
}

/** What is moved: what tells the object, and what lives on the server. */
function moved(table: Table): [name: string, wire: string][] {
  return Object.entries(table)
    .filter(([, { role }]) => ["container", "identity", "setting"].includes(role))
    .map(([name, { wire }]) => [
      name,
      wire ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    ]);
}

describe("the tables of the guide to moving from Terraform", () => {
  it.each<[string, Table]>([
    ["Environment", environment],
    ["GroupProtectedEnvironment", groupProtectedEnvironment],
    ["ProjectProtectedEnvironment", projectProtectedEnvironment],
  ])("have a row for each argument of %s, under GitLab's name for it", (className, table) => {
    const rows = rowsOf(className);
    for (const [name, wire] of moved(table)) {
      const row = rows.find(([, , here]) => here === `\`${name}\``);
      expect(row, `${className}.${name}`).toBeDefined();
      // The protections of both tools differ in more than spelling; their rows say how.
      if (className === "Environment") expect(row?.slice(0, 2)).toEqual([`\`${wire}\``, `\`${name}\``]);
    }
  });

  it("name no argument that there is not", () => {
    const arguments_ = rowsOf("Environment").flatMap(([, , here = ""]) => /^`(\w+)/.exec(here)?.[1] ?? []);
    expect(arguments_.length).toBeGreaterThan(9);
    expect(arguments_.filter((name) => !(name in environment))).toEqual([]);
  });
});
