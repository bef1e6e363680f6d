import fc from "fast-check";
import { expect, it } from "vitest";
import type { EntryLists, LiveEntry } from "../../provider/lifecycle/access/entries";
import { contains } from "../../provider/lifecycle/access/strictness";
import { updateProtection } from "../../provider/lifecycle/access/reconcile";
import { entriesOf } from "../../provider/lifecycle/access/entries";
import type { StoredProtection } from "../../provider/lifecycle/access/state";
import { weakness } from "../support/jointMeasure";
import { unsaid } from "../support/unsaid";
import { capped, measured, toRow } from "./arbitraries";
import { contents, declared, entriesIn, group, holding, leavingOut, rowsOf, stateOf } from "./bench";
import type { FakeGitLab, Fault } from "./fakeGitLab";
import { type Edit, edited, type Scenario, scenario, shownLists } from "./scenario";

/** One protection through everything that a scenario holds; each write is held against both measures. */
class Trial {
  #handMade = 5000;
  /** What was there before a request; and before somebody edited it at the last moment. */
  #before: EntryLists<LiveEntry>;
  #seen: EntryLists<LiveEntry>;
  readonly #fake: FakeGitLab;
  #request = 0;
  #countBefore: number;
  /** Entries by which somebody let others deploy by hand. */
  readonly #letIn = new Set<number>();
  #refused = false;

  constructor(private readonly scene: Scenario) {
    this.#fake = holding(scene.old);
    this.#before = scene.old;
    this.#seen = scene.old;
    this.#fake.legacyCount = scene.legacyCount;
    this.#countBefore = scene.legacyCount;
  }

  async play(): Promise<void> {
    const { scene } = this;
    const fake = this.#fake;
    let state = await stateOf(fake);
    scene.byHand.forEach((edit) => this.#edit(edit));
    fake.world = { qualifies: leavingOut(scene.dropped), subjectKeys: scene.subjectKeys };
    const gone = Array<Fault>(20).fill("refused");
    fake.faults = [...scene.faults];
    if (scene.killedAfter !== undefined) fake.faults = [...pad(scene.faults, scene.killedAfter), ...gone];
    const kept = await this.#run(state);
    if (scene.killedAfter === undefined) state = kept;
    // Everything passes: the faults, the editor, and who did not qualify does. What was edited, a refresh shows; then all is said.
    fake.faults = [];
    this.#request = Infinity;
    fake.world = { qualifies: () => true, subjectKeys: scene.subjectKeys };
    await this.#run(state);
    await this.#run(await stateOf(fake));
    if (this.#refused) return;
    const held = entriesIn(rowsOf(fake));
    expect(contents(held.deployAccessLevels)).toEqual(contents(scene.wanted.deployAccessLevels));
    expect(contents(held.approvalRules)).toEqual(contents(scene.wanted.approvalRules));
  }

  /** One `up`: what it keeps in state. Where it says that all is somebody else's, a refresh follows. */
  async #run(state: StoredProtection): Promise<StoredProtection> {
    const { scene } = this;
    const fake = this.#fake;
    const remembered = measured(entriesOf(state));
    fake.meanwhile = () => {
      this.#seen = entriesIn(rowsOf(fake));
      for (const { before, edit } of scene.meanwhile) if (before === this.#request) this.#edit(edit);
      this.#request += 1;
      this.#before = entriesIn(rowsOf(fake));
      this.#countBefore = fake.legacyCount;
    };
    fake.watch = () => this.#judge(remembered);
    const place = { client: fake, target: { ...group, level: scene.level }, say: () => undefined };
    try {
      const outcome = await updateProtection(place, declared(scene.wanted), state, false);
      return outcome.stored;
    } catch (error) {
      const { message } = error as Error;
      // A legacy count for which nothing takes the place: a person has to decide.
      if (message.includes("legacy")) this.#refused = true;
      return message.includes("not one entry of this protection is known") ? await stateOf(fake) : state;
    } finally {
      if (fake.violations.length > 0) throw fake.violations[0];
    }
  }

  readonly #notRaced = (rule: LiveEntry): LiveEntry => {
    const before = this.#seen.approvalRules.find(({ id }) => id === rule.id);
    return before === undefined || before.requiredApprovals > rule.requiredApprovals
      ? rule
      : { ...rule, requiredApprovals: before.requiredApprovals };
  };

  #judge(remembered: ReturnType<typeof measured>): void {
    const { old, wanted } = this.scene;
    const now = rowsOf(this.#fake);
    // A count that is raised between our look and our write is lost: GitLab has no PUT that is conditional.
    const was = measured({ ...this.#before, approvalRules: this.#before.approvalRules.map(this.#notRaced) });
    const told = (fault: string | undefined) =>
      fault &&
      `${fault}\n    before the write: ${shownLists(this.#before)}\n    after it: ${shownLists(entriesIn(now))}`;
    // Whoever was let in by hand is not ours to answer for, before an answer has shown them.
    const ours = now.deploy_access_levels.filter(({ id }) => !this.#letIn.has(id));
    // A legacy count counts where there are no rules, and were none before the last moment.
    const rules = [...this.#before.approvalRules, ...this.#seen.approvalRules];
    const counting = rules.length === 0 ? this.#countBefore : 0;
    const declarations = [
      { ...measured(old), required_approval_count: this.scene.legacyCount },
      measured(wanted),
      { ...capped(this.#before, old, wanted), required_approval_count: counting },
    ];
    const live = { ...now, deploy_access_levels: ours, required_approval_count: this.#fake.legacyCount };
    expect(told(weakness(live, declarations))).toBeUndefined();
    expect(told(unsaid(was, now, remembered, measured(wanted)))).toBeUndefined();
    expect(now.deploy_access_levels).not.toEqual([]);
  }

  #edit(by: Edit): void {
    const { protection } = this.#fake;
    const before = entriesIn(rowsOf(this.#fake));
    const now = edited(before, by, this.#handMade++);
    for (const entry of now.deployAccessLevels)
      if (!before.deployAccessLevels.some((one) => one.id === entry.id && contains(one, entry)))
        this.#letIn.add(entry.id);
    protection!.levels = now.deployAccessLevels.map(toRow);
    protection!.rules = now.approvalRules.map(toRow);
  }
}

function pad(faults: readonly Fault[], to: number): Fault[] {
  return Array.from({ length: to }, (_, i) => faults[i]);
}

it("is never weaker than both declarations nor than what was said, and reaches the new one: whatever was edited, left out, lost, refused or killed", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, (scene) => new Trial(scene).play()),
    { numRuns: 3_000 },
  );
});
