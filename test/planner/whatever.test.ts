import fc from "fast-check";
import { expect, it } from "vitest";
import { createProtection, updateProtection } from "../../provider/lifecycle/access/reconcile";
import { weakness } from "../support/jointMeasure";
import { faultOf } from "../support/neverWeaker";
import { fromRow, live, measured, unqualified, wanted } from "./arbitraries";
import { contents, declared, group, holding, leavingOut, rowsOf, stateOf } from "./bench";
import { FakeGitLab, type Fault } from "./fakeGitLab";

const at = (client: FakeGitLab, target: typeof group) => ({ client, target, say: () => undefined });

const faults = fc.array(
  fc.constantFrom<Fault>(undefined, "refused", "lost-before", "lost-after", "500-after"),
  { maxLength: 6 },
);

it("ends without an error only with what is declared, and names what is missing", async () => {
  await fc.assert(
    fc.asyncProperty(live, wanted, unqualified, async (from, to, dropped) => {
      const fake = holding(from);
      const stored = await stateOf(fake);
      fake.world = {
        subjectKeys: "one",
        qualifies: leavingOut(dropped),
      };
      const outcome = await updateProtection(at(fake, group), declared(to), stored, false).catch(
        () => undefined,
      );
      const done =
        contents(fake.protection!.rules.map(fromRow)).join() === contents(to.approvalRules).join() &&
        contents(fake.protection!.levels.map(fromRow)).join() === contents(to.deployAccessLevels).join();
      if (outcome) expect(outcome.reasons.length === 0).toBe(done);
    }),
    { numRuns: 2000 },
  );
});

it("adopts without ever being weaker than what was there or what is declared", async () => {
  await fc.assert(
    fc.asyncProperty(
      live,
      wanted,
      unqualified,
      faults,
      fc.constantFrom(true, "overwrite" as const),
      async (from, to, dropped, failing, adopt) => {
        const fake = holding(from);
        fake.world = {
          subjectKeys: "none",
          qualifies: leavingOut(dropped),
        };
        fake.faults = [undefined, undefined, ...failing];
        const was = rowsOf(fake);
        fake.watch = () => {
          expect(weakness(rowsOf(fake), [was, measured(to)])).toBeUndefined();
          // `true` never takes anything away from what was there.
          if (adopt === true) expect(weakness(rowsOf(fake), [was])).toBeUndefined();
        };
        await createProtection(at(fake, group), declared(to), adopt).catch(() => undefined);
        if (fake.violations.length > 0) throw fake.violations[0];
      },
    ),
    { numRuns: 2000 },
  );
});

it("sends no PUT of which anything could weaken if GitLab dropped it, or if a rule had gone", async () => {
  await fc.assert(
    fc.asyncProperty(live, wanted, async (from, to) => {
      const fake = holding(from);
      const stored = await stateOf(fake);
      let before = rowsOf(fake);
      fake.meanwhile = () => (before = structuredClone(rowsOf(fake)));
      fake.watch = () => {
        const body = fake.bodies.at(-1) as Parameters<typeof faultOf>[2];
        expect(faultOf(before, rowsOf(fake), body, true)).toBeUndefined();
      };
      await updateProtection(at(fake, group), declared(to), stored, false);
      if (fake.violations.length > 0) throw fake.violations[0];
    }),
    { numRuns: 500 },
  );
});

it("creates exactly one complete protection, in this run or the next", async () => {
  await fc.assert(
    fc.asyncProperty(wanted, faults, async (to, failing) => {
      const fake = new FakeGitLab();
      fake.faults = failing;
      const first = await createProtection(at(fake, group), declared(to), false).catch(() => undefined);
      fake.faults = [];
      const last = first
        ? await updateProtection(at(fake, group), declared(to), first.stored, false)
        : await createProtection(at(fake, group), declared(to), false);
      expect(last.reasons).toEqual([]);
      expect(contents(fake.protection!.levels.map(fromRow))).toEqual(contents(to.deployAccessLevels));
      expect(contents(fake.protection!.rules.map(fromRow))).toEqual(contents(to.approvalRules));
    }),
    { numRuns: 1000 },
  );
});
