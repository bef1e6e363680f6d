import { describe, expect, it } from "vitest";

import type { Emulator } from "../../testing/emulator";
import { type Declared, ProviderStack } from "../support/providerStack";
import { startGitLab } from "../support/stack";
import { asked, environment, LONG_MS, operation } from "./operation";

const DAY_MS = 86_400_000;

const record = (name: string, kind: "deployment" | "pipeline", props: object): Declared => ({
  name,
  kind,
  props: { project: "acme/shop", ref: "main", ...props },
});

/** One of every class that is known by a number of its own. */
function everything(gitlab: Emulator, description: string): Declared[] {
  const sha = gitlab.world.project("acme/shop").branches.get("main") ?? "";
  return [
    environment({ name: "qa", description, onDestroy: "delete" }),
    record("d", "deployment", { environment: "staging", sha, status: "failed" }),
    record("p", "pipeline", { name: description }),
  ];
}

/** Another GitLab that gives the same numbers to what somebody made there a day before. */
async function another(): Promise<Emulator> {
  const other = await startGitLab();
  const { world } = other;
  const theirs = [
    world.addEnvironment("acme/shop", "theirs"),
    world.addPipeline("acme/shop", { status: "success" }),
    world.addCiDeployment("acme/shop", { environment: "production" }),
  ];
  for (const row of theirs) row.createdAt = new Date(row.createdAt.getTime() - DAY_MS);
  return other;
}

describe("numbers of one GitLab, where the environment names another one since", () => {
  it(
    "are no objects there: a refresh keeps the state, an update says what it met, nothing is deleted",
    async () => {
      const [gitlab, other] = [await startGitLab(), await another()];
      const stack = new ProviderStack();
      const up = await operation({ gitlab }, (process) => stack.up(process, everything(gitlab, "ours")));
      expect(up.errors).toEqual([]);
      const before = JSON.stringify([...stack.state]);
      const isOther = expect.stringMatching(
        new RegExp(`^acme/shop:1 .*what has this number at ${other.url}/api/v4 was made at .*another GitLab`),
      ) as string;

      const refreshed = await operation({ gitlab: other }, (process) => stack.refresh(process));
      expect(refreshed.errors).toEqual([isOther, isOther, isOther]);
      const changed = await operation({ gitlab: other }, (process) =>
        stack.up(process, everything(gitlab, "changed")),
      );
      // The deployment does not change.
      expect(changed.errors).toEqual([isOther, isOther]);
      expect(JSON.stringify([...stack.state])).toBe(before);
      asked(other);
      const destroyed = await operation({ gitlab: other }, (process) => stack.destroy(process));
      expect(destroyed.errors).toEqual([expect.stringContaining("It was stopped, and is not deleted.")]);
      expect(asked(other)).toEqual(["POST /projects/acme/shop/environments/1/stop 200"]);
    },
    LONG_MS,
  );

  it(
    "are the same objects at another address of the same GitLab",
    async () => {
      const gitlab = await startGitLab();
      const elsewhere = { url: gitlab.url.replace("127.0.0.1", "localhost"), token: gitlab.token };
      const stack = new ProviderStack();
      await operation({ gitlab }, (process) => stack.up(process, everything(gitlab, "ours")));
      const there = { gitlab: elsewhere };
      expect((await operation(there, (process) => stack.refresh(process))).errors).toEqual([]);
      const changed = await operation(there, (process) => stack.up(process, everything(gitlab, "changed")));
      expect(changed).toMatchObject({ errors: [], steps: ["update e", "same d", "update p"] });
      expect((await operation(there, (process) => stack.destroy(process))).errors).toEqual([]);
      expect(gitlab.world.environments("acme/shop").map(({ name }) => name)).toEqual(["staging"]);
    },
    LONG_MS,
  );
});
