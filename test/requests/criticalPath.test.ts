import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { DynamicName } from "../../provider/dynamic";
import { Emulator } from "../../testing/emulator";
import { providers } from "../support/providers";
import { ROOT } from "../support/root";
import { type Round, Rounds } from "../support/rounds";

type Provider = pulumi.dynamic.ResourceProvider<Props, Props>;
type Props = Record<string, unknown>;

interface Made {
  readonly id: string;
  readonly outs: Props;
}

const shop = "/projects/acme%2Fshop";
const tiers = "/groups/acme/protected_environments";
const times = (count: number, request: string): Round => Array.from({ length: count }, () => request);

/** Pulumi types what its providers take and give as `any`. */
const provider = providers as Readonly<Record<DynamicName, Provider>>;

let gitlab: Emulator;
beforeEach(async () => {
  // A look at deployments counts for as long as it took: here that is for as long as the test wants.
  vi.useFakeTimers({ toFake: ["performance"] });
  gitlab = await Emulator.start();
});

afterEach(async () => {
  vi.useRealTimers();
  await gitlab.stop();
});

async function make(of: Provider, declared: Props): Promise<Made> {
  const { inputs } = (await of.check?.({}, declared)) ?? {};
  const { id, outs } = (await of.create?.(inputs ?? {})) ?? {};
  return { id: id ?? "", outs: outs ?? {} };
}

/** A program declares no numbers of entries. */
const withoutIds = (props: Props): Props =>
  JSON.parse(JSON.stringify(props), (key, value: unknown) => (key === "id" ? undefined : value)) as Props;

const update = async (of: Provider, { id, outs }: Made, change: Props): Promise<void> => {
  const declared = withoutIds({ ...outs, ...change });
  const { inputs } = (await of.check?.(outs, declared)) ?? {};
  await of.diff?.(id, outs, inputs ?? {});
  await of.update?.(id, outs, inputs ?? {});
};
const remove = async (of: Provider, { id, outs }: Made): Promise<void> => of.delete?.(id, outs);
const read = async (of: Provider, { id, outs }: Made): Promise<unknown> => of.read?.(id, outs);

const TIERS = ["production", "staging", "testing"];

function anEnvironment(n: number, more: Props = {}): Made {
  const { id, slug, state } = gitlab.world.addEnvironment("acme/shop", `review-${n}`);
  return { id: `acme/shop:${id}`, outs: { project: "acme/shop", name: `review-${n}`, slug, state, ...more } };
}

function aProtection(n: number, withRule = false): Made {
  const name = TIERS[n] ?? "other";
  const maintainer = { role: "maintainer" } as const;
  gitlab.world.protect("acme", name, [maintainer], withRule ? [maintainer] : []);
  const live = gitlab.world.protection("acme", name);
  const deployAccessLevels = live?.deploy_access_levels.map(({ id }) => ({ id, accessLevel: 40 }));
  const approvalRules = live?.approval_rules.map(({ id }) => ({ id, accessLevel: 40, requiredApprovals: 1 }));
  return { id: `acme:${name}`, outs: { group: "acme", name, deployAccessLevels, approvalRules } };
}

/** An operation on so many at the same time, and the round trips it takes. */
interface Case {
  /** As the documentation calls it. */
  readonly what: string;
  readonly many: number;
  /** Starts one. What is there before is put there without a request. */
  readonly start: (n: number) => () => Promise<unknown>;
  readonly rounds: (count: number) => readonly Round[];
}

const cases: readonly Case[] = [
  {
    what: "create an environment",
    many: 8,
    start: (n) => () => make(provider.environment, { project: "acme/shop", name: `review-${n}` }),
    rounds: (count) => [times(count, `POST ${shop}/environments`)],
  },
  {
    what: "create a protection with names",
    many: 3,
    start: (n) => () =>
      make(provider.groupProtectedEnvironment, {
        group: "acme",
        name: TIERS[n],
        deployAccessLevels: [{ groupPath: "acme/release" }, { username: "olivia" }],
        approvalRules: [{ username: "dana" }, { groupPath: "acme/qa" }],
      }),
    rounds: (count) => [
      ["GET /users", "GET /users", "GET /groups/acme%2Frelease", "GET /groups/acme%2Fqa"],
      times(count, `POST ${tiers}`),
    ],
  },
  {
    what: "create a deployment",
    many: 8,
    start: (n) => {
      const sha = gitlab.world.project("acme/shop").branches.get("main");
      const made = { project: "acme/shop", environment: `made-${n}`, ref: "main", status: "running", sha };
      return () => make(provider.deployment, made);
    },
    rounds: (count) => [times(count, `POST ${shop}/deployments`)],
  },
  {
    what: "start a pipeline",
    many: 1,
    start: () => () => make(provider.pipeline, { project: "acme/shop", ref: "main" }),
    rounds: () => [[`POST ${shop}/pipeline`], [`GET ${shop}/pipelines`]],
  },
  {
    what: "take over an environment that differs",
    many: 8,
    start: (n) => {
      const { outs } = anEnvironment(n);
      const { project, name } = outs;
      return () => make(provider.environment, { project, name, description: "ours", adopt: true });
    },
    rounds: (count) => [
      times(count, `POST ${shop}/environments`),
      times(count, `GET ${shop}/environments`),
      times(count, `PUT ${shop}/environments/ID`),
    ],
  },
  {
    what: "update an environment",
    many: 8,
    start: (n) => {
      const made = anEnvironment(n);
      return () => update(provider.environment, made, { externalUrl: "https://two.example.com" });
    },
    rounds: (count) => [times(count, `PUT ${shop}/environments/ID`)],
  },
  {
    what: "change who may deploy, by a name",
    many: 3,
    start: (n) => {
      const made = aProtection(n);
      return () =>
        update(provider.groupProtectedEnvironment, made, { deployAccessLevels: [{ username: "dana" }] });
    },
    rounds: (count) => [["GET /users"], TIERS.slice(0, count).map((name) => `PUT ${tiers}/${name}`)],
  },
  {
    what: "add a rule for a group while another goes",
    many: 1,
    start: () => {
      const made = aProtection(0, true);
      return () =>
        update(provider.groupProtectedEnvironment, made, {
          approvalRules: [{ groupId: gitlab.world.group("acme/qa").id }],
        });
    },
    rounds: () => [[`PUT ${tiers}/production`], [`PUT ${tiers}/production`]],
  },
  {
    what: "refresh environments of a project",
    many: 8,
    start: (n) => {
      const made = anEnvironment(n);
      return () => read(provider.environment, made);
    },
    rounds: (count) => [[count === 1 ? `GET ${shop}/environments/ID` : `GET ${shop}/environments`]],
  },
  {
    what: "destroy an environment by default",
    many: 8,
    start: (n) => {
      const made = anEnvironment(n);
      return () => remove(provider.environment, made);
    },
    rounds: (count) => [
      [`GET ${shop}/deployments`],
      times(count, `POST ${shop}/environments/ID/stop`),
      times(count, `DELETE ${shop}/environments/ID`),
    ],
  },
  {
    what: 'destroy an environment with `onDestroy: "delete"`',
    many: 8,
    start: (n) => {
      const made = anEnvironment(n, { onDestroy: "delete" });
      return () => remove(provider.environment, made);
    },
    rounds: (count) => [
      times(count, `POST ${shop}/environments/ID/stop`),
      times(count, `DELETE ${shop}/environments/ID`),
    ],
  },
  {
    what: "destroy a protection",
    many: 3,
    start: (n) => {
      const made = aProtection(n);
      return () => remove(provider.groupProtectedEnvironment, made);
    },
    rounds: (count) => [
      TIERS.slice(0, count).map((name) => `GET ${tiers}/${name}`),
      TIERS.slice(0, count).map((name) => `DELETE ${tiers}/${name}`),
    ],
  },
];

async function faultsOf({ start, rounds }: Case, count: number): Promise<string[]> {
  const proxy = await Rounds.before(gitlab, rounds(count));
  const config: Record<string, string> = { "gitlab:token": gitlab.token, "gitlab:baseUrl": proxy.url };
  for (const each of Object.values(provider))
    await each.configure?.({ config: { get: (key: string) => config[key] } } as never);
  await Promise.all(Array.from({ length: count }, (_, n) => start(n)).map((go) => go()));
  return proxy.end();
}

/** Removals first: after something was made at another address, what is to be deleted is looked at. */
const runs = [...cases]
  .reverse()
  .flatMap((each) =>
    (each.many > 1 ? [1, each.many] : [1]).map((count): [string, number, Case] => [each.what, count, each]),
  );

it.each(runs)(
  "%s takes as many round trips as it is told, of %i at the same time",
  async (_, count, each) => {
    expect(await faultsOf(each, count)).toEqual([]);
  },
);

it("the round trips are those that the documentation tells", () => {
  const text = readFileSync(join(ROOT, "docs", "benchmarks.md"), "utf8");
  const [, section = ""] = /## Round trips\n([^]*?)\n## /.exec(text) ?? [];
  const rows = [...section.matchAll(/^\| ([^|]+?) +\| *(\d+) \| *(\d+|–) \|/gm)].map(([, ...cells]) => cells);
  const shown = ({ what, many, rounds }: Case): string[] => [
    what,
    String(rounds(1).length),
    many > 1 ? String(rounds(many).length) : "–",
  ];
  expect(rows).toEqual(cases.map(shown));
});
