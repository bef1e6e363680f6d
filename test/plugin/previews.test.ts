import fc from "fast-check";
import { expect, it } from "vitest";

import { PluginBench, UNKNOWN } from "./bench";
import type { Props } from "./pluginClient";

const some = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });

const ENVIRONMENT = fc.record({
  externalUrl: some(fc.constantFrom("https://a.example.com", "https://b.example.com")),
  description: some(fc.constantFrom("one", "two")),
  tier: some(fc.constantFrom("production", "staging", "other")),
  autoStopSetting: some(fc.constantFrom("always", "with_action")),
  onDestroy: some(fc.constantFrom("delete", "retain")),
  forceStop: some(fc.boolean()),
  connection: some(fc.constant("gitlab")),
});

const level = fc.constantFrom<Props>(
  { accessLevel: 40 },
  { accessLevel: 30 },
  { username: "dana" },
  { groupPath: "acme/release" },
);
const rule = fc.constantFrom<Props>({ groupPath: "acme/qa" }, { accessLevel: 40 }, { username: "olivia" });
const distinct = (of: fc.Arbitrary<Props>, minLength: number) =>
  fc.uniqueArray(of, { minLength, maxLength: 3, selector: (entry) => JSON.stringify(entry) });

const PROTECTION = fc.record({
  deployAccessLevels: distinct(level, 1),
  approvalRules: some(distinct(rule, 0)),
  connection: some(fc.constant("gitlab")),
});

const PIPELINE = fc.record({
  name: some(fc.constantFrom("one", "two")),
  onDestroy: some(fc.constantFrom("cancel", "delete")),
  timeoutSeconds: some(fc.constantFrom(60, 90)),
});

const KINDS: readonly [type: string, fc.Arbitrary<Props>, identity: (n: number) => Props][] = [
  ["Environment", ENVIRONMENT, (n) => ({ project: "acme/shop", name: `e${n}` })],
  ["ProjectProtectedEnvironment", PROTECTION, (n) => ({ project: "acme/shop", name: `p${n}` })],
  ["Pipeline", PIPELINE, () => ({ project: "acme/shop", ref: "main" })],
];

for (const [type, changeable, identity] of KINDS) {
  it(`previews of a ${type} ask nothing, and what they know comes true, whatever is declared and changed`, async () => {
    const { gitlab, plugin } = await PluginBench.start();
    let made = 0;
    await fc.assert(
      fc.asyncProperty(changeable, changeable, async (first, second) => {
        const named = identity((made += 1));
        const asked = () => gitlab.requests.length;
        const { inputs, failures } = await plugin.check(type, declared({ ...named, ...first }));
        expect(failures).toEqual([]);
        let before = asked();
        const creation = await plugin.create(type, inputs, { preview: true });
        expect(asked()).toBe(before);
        const { id, outs } = await plugin.create(type, inputs);
        expect(outs).toEqual(expect.objectContaining(known(creation.outs)));

        // The next operation.
        await plugin.configure({});
        const { inputs: news } = await plugin.check(type, declared({ ...named, ...second }), inputs);
        before = asked();
        const { changes, replaces, detailed } = await plugin.diff(type, id, { inputs, outs }, news);
        expect(replaces).toEqual([]);
        const update = await plugin.update(type, id, outs, news, { preview: true });
        expect(asked()).toBe(before);
        const after = await plugin.update(type, id, outs, news);
        expect(after).toEqual(expect.objectContaining(known(update)));
        // What is neither known nor unknown is not there, but for what outputs do not show.
        expect(Object.keys(after).filter((name) => !name.startsWith("__") && !(name in update))).toEqual([]);
        if (!changes) expect([detailed, asked()]).toEqual([{}, before]);
        expect((await plugin.diff(type, id, { inputs: news, outs: after }, news)).changes).toBe(false);
      }),
      { numRuns: 40 },
    );
  });
}

function known(props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== UNKNOWN));
}

function declared(props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}
