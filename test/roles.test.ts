import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import type { DynamicName } from "../provider/dynamic";
import type { Emulator } from "../testing/emulator";
import type { Props } from "../testing/engine/values/values";
import { type Declared, ProviderStack, sharedProcess } from "./support/providerStack";
import { ROOT } from "./support/root";
import { startGitLab } from "./support/stack";

/** Of the sample group, from the top. */
const PEOPLE: readonly (readonly [role: string, person: string])[] = [
  ["Owner", "olivia"],
  ["Maintainer", "dana"],
  ["Developer", "devon"],
  ["Reporter", "rita"],
];

const shop = { project: "acme/shop" };
const deployers = { deployAccessLevels: [{ accessLevel: 40 }] };
const longAgo = new Date(Date.now() - 30 * 86_400_000).toISOString();

/** A declaration of each class that is told by a role. */
const DECLARED: Readonly<Record<string, { readonly kind: DynamicName; readonly props: Props }>> = {
  Environment: { kind: "environment", props: { ...shop, name: "e" } },
  GroupProtectedEnvironment: {
    kind: "groupProtectedEnvironment",
    props: { group: "acme", name: "staging", ...deployers },
  },
  ProjectProtectedEnvironment: {
    kind: "projectProtectedEnvironment",
    props: { ...shop, name: "p", ...deployers },
  },
  Deployment: {
    kind: "deployment",
    props: { ...shop, environment: "d", sha: "main", ref: "main", status: "success" },
  },
  Pipeline: { kind: "pipeline", props: { ...shop, ref: "main" } },
  ReviewAppCleanup: { kind: "reviewAppCleanup", props: shop },
  StaleEnvironmentsStop: { kind: "staleEnvironmentsStop", props: { ...shop, before: longAgo } },
};

/** The class and the role in the rows of a table, by the columns in which the page has them. */
function rolesIn(page: string, [classes, roles]: readonly [number, number]): Map<string, string> {
  const found = new Map<string, string>();
  for (const row of readFileSync(join(ROOT, page), "utf8").split("\n")) {
    const cells = row.split("|").map((cell) => cell.trim());
    const [role] = /^\**(Owner|Maintainer|Developer)\b/.exec(cells[roles] ?? "")?.slice(1) ?? [];
    for (const [, name] of (cells[classes] ?? "").matchAll(/`([A-Z]\w+)`/g))
      if (role !== undefined && name !== undefined) found.set(name, role);
  }
  return found;
}

const told = rolesIn("README.md", [1, 3]);

async function processFor(gitlab: Emulator, tokens: Readonly<Record<string, string>>) {
  const connections = Object.entries(tokens).map(([name, token]) => [name, { url: gitlab.url, token }]);
  const process = await sharedProcess("dynamic", Object.fromEntries(connections) as never);
  onTestFinished(() => process.close());
  return process;
}

describe("the role that the documents name", () => {
  it("is the same in all of them, for every class but the one that goes by rules", () => {
    expect([...told.keys()].sort()).toEqual(Object.keys(DECLARED).sort());
    expect(rolesIn("SECURITY.md", [1, 2])).toEqual(told);
    expect(rolesIn("docs/installation-configuration.md", [1, 2])).toEqual(told);
  });

  it.each(Object.keys(DECLARED))(
    "is enough for %s, and the next one is refused and told which it takes",
    async (name) => {
      const gitlab = await startGitLab();
      const at = PEOPLE.findIndex(([role]) => role === told.get(name));
      const [enough, less] = PEOPLE.slice(at, at + 2).map(([, person]) => person);
      const tokens = { enough: gitlab.tokenFor(enough ?? ""), less: gitlab.tokenFor(less ?? "") };
      const process = await processFor(gitlab, tokens);
      const declared: Declared = { name, ...DECLARED[name]! };
      const refused = await new ProviderStack("less").up(process, [declared]);
      expect(refused.errors).toEqual([expect.stringContaining(told.get(name) ?? "")]);
      expect(await new ProviderStack("enough").up(process, [declared])).toEqual({
        errors: [],
        steps: [`create ${name}`],
      });
    },
  );
});

it("the scope read_api is enough to refresh, and is named where it is not", async () => {
  const gitlab = await startGitLab();
  const reads = gitlab.addToken({ user: "olivia", scopes: ["read_api"] });
  const process = await processFor(gitlab, { all: gitlab.token });
  const all: Declared[] = Object.entries(DECLARED).map(([name, one]) => ({ name, ...one }));
  const stack = new ProviderStack("all");
  expect((await stack.up(process, all)).errors).toEqual([]);
  const reading = await processFor(gitlab, { all: reads });
  expect((await stack.refresh(reading)).errors).toEqual([]);
  const more = { ...all[0]!, props: { ...all[0]!.props, description: "more" } };
  expect((await stack.up(reading, [more, ...all.slice(1)])).errors).toEqual([
    expect.stringContaining("The token needs the scope `api`"),
  ]);
});
