import { isGitLabError, outcomeUnknown } from "../../gitlab/answer/errors";
import type { WireProtectedEnvironment } from "../../gitlab/answer/types";
import { protectionPath } from "../../gitlab/request/paths";
import { confirmParentAnswers } from "../containers";
import { UserError } from "../errors";
import { LISTS } from "./subjects";
import { type ApprovalRule, type Entry, type EntryLists, type LiveProtection, entriesOf } from "./entries";
import { type Aim, aimAt, type ByHand, spare } from "./aim";
import { provingItself, takesOnTrust } from "./remembered";
import { creation, isEmpty, mayLeaveOut, type NestedBody, type Plan, plan, weakens } from "./planner";
import { look, pathOf, type ProtectionPlace } from "./calls";
import {
  canBe,
  isAnother,
  liveFromState,
  liveFromWire,
  mayBeInterrupted,
  type StoredProtection,
  toStored,
  unconfirmed,
} from "./state";
import {
  alreadyThere,
  beingEdited,
  droppedEntries,
  handMade,
  label,
  legacyCount,
  legacyCountAtRisk,
  nobodyQualifies,
  notOurs,
  somebodyElses,
  strangersGone,
  stricterThanDeclared,
  takenTwice,
  unavailable,
} from "./words";
import { describeChange, describeWeakening, losesLegacyCount } from "./ruleChanges";

/** The two lists with an id beside every name. */
export type ResolvedLists = EntryLists<ApprovalRule>;

/** `true` takes an existing protection over where that weakens nothing, `"overwrite"` in any case. */
export type Adopt = boolean | "overwrite";

/** What GitLab holds now. Where there are reasons it is not what was declared, and has to be kept as a partial failure. */
export interface ProtectionOutcome {
  readonly stored: StoredProtection;
  readonly reasons: readonly string[];
}

/** Whether another resource of the program stands for this protection, told by the ids of its entries. */
export type IsHeld = (live: EntryLists<{ readonly id: number }>) => boolean;

/** Adds and changes, what weakens held back, strangers, one more for each of two lost answers: more means somebody is working against us. */
const MOST_WRITES = 5;
/** Lost answers and stale ids that are looked into before giving up. */
const MOST_LOOKS = 3;

const NOTHING: EntryLists<never> = { deployAccessLevels: [], approvalRules: [] };

/** Creates the protection: one request. Where it exists: an error, or with `adopt` it is taken over (GET, and PUT if it differs). */
export async function createProtection(
  place: ProtectionPlace,
  wanted: ResolvedLists,
  adopt: Adopt,
  isHeld: IsHeld = () => false,
): Promise<ProtectionOutcome> {
  return new Reconcile(place, wanted, undefined, isHeld).create(adopt);
}

/** Brings the protection from what state holds to what is declared: one PUT; none where they agree. */
export async function updateProtection(
  place: ProtectionPlace,
  wanted: ResolvedLists,
  stored: StoredProtection,
  adopt: Adopt,
  isHeld: IsHeld = () => false,
): Promise<ProtectionOutcome> {
  const reconcile = new Reconcile(place, wanted, stored, isHeld);
  return stored.unconfirmed ? reconcile.confirm(stored.unconfirmed, adopt) : reconcile.update(stored);
}

/** Where a plan was made from: remembered in state, or seen on the server just now. */
type Source = "state" | "server";

/** One create or update. Observes, plans, writes, and plans again from each answer until nothing is left to do. */
class Reconcile {
  readonly #entries: EntryLists<Entry>;
  /** What the preview compared the declaration with. */
  #known: EntryLists<Entry>;
  #writes = 0;
  #looks = 0;
  /** What GitLab answered to our last write; undefined as long as we changed nothing for certain. */
  #written: LiveProtection | undefined;

  constructor(
    private readonly place: ProtectionPlace,
    private readonly wanted: ResolvedLists,
    private readonly stored: StoredProtection | undefined,
    private readonly isHeld: IsHeld,
  ) {
    this.#entries = entriesOf(wanted);
    this.#known = stored && !stored.unconfirmed ? entriesOf(stored) : NOTHING;
  }

  async create(adopt: Adopt): Promise<ProtectionOutcome> {
    try {
      return await this.#post();
    } catch (error) {
      if (isGitLabError(error, "conflict")) {
        if (adopt === false) throw alreadyThere(this.place.target);
        const live = await look(this.place.client, this.place.target);
        return live === undefined ? this.#post() : this.#takeOver(live, adopt);
      }
      if (!outcomeUnknown(error)) throw error;
      return this.#afterLostCreate(adopt, error as Error);
    }
  }

  /** After a create whose answer was lost: what is there is ours if it can be what was sent; else it is somebody else's. */
  async confirm(sent: ResolvedLists, adopt: Adopt): Promise<ProtectionOutcome> {
    const live = await look(this.place.client, this.place.target);
    if (live === undefined) return this.#post();
    if (canBe(sent, live)) {
      this.#known = entriesOf(sent);
      return this.#converge(live, "server");
    }
    if (adopt === false) throw this.stored ? notOurs(this.place.target) : alreadyThere(this.place.target);
    return this.#takeOver(live, adopt);
  }

  async update(stored: StoredProtection): Promise<ProtectionOutcome> {
    const known = liveFromState(stored);
    const { next, aim } = this.#planFrom(known, "state");
    const looks = takesOnTrust(next.now, aim) || (!isEmpty(next.now) && known.requiredApprovalCount > 0);
    return looks ? this.#fromServer() : this.#converge(known, "state");
  }

  async #fromServer(judge: (live: LiveProtection) => void = () => undefined): Promise<ProtectionOutcome> {
    const live = await look(this.place.client, this.place.target);
    if (live === undefined) return this.#post();
    if (this.#isSomebodyElses(live)) throw somebodyElses(this.place.target, "Nothing was changed.");
    judge(live);
    return this.#converge(live, "server");
  }

  async #takeOver(live: LiveProtection, adopt: true | "overwrite"): Promise<ProtectionOutcome> {
    const { target, say } = this.place;
    if (this.isHeld(live)) throw takenTwice(target);
    const aim = aimAt(live, this.#entries);
    this.#refuseToEraseLegacyCount(live, aim);
    const before = toStored(live, this.wanted);
    if (adopt !== "overwrite" && (losesLegacyCount(before, this.wanted.approvalRules) || weakens(aim))) {
      throw stricterThanDeclared(target, describeWeakening(label(target), before, this.wanted) ?? "");
    }
    // All of the difference is said here, so all of it may be done.
    this.#known = live;
    const change = describeChange(`${label(target)}: taken over,`, before, this.wanted);
    const outcome = await this.#converge(live, "server");
    say(change ?? `${label(target)}: taken over, nothing written`);
    return outcome;
  }

  /** Not repeated blindly: a create that landed would be refused as somebody else's. */
  async #afterLostCreate(adopt: Adopt, lost: Error): Promise<ProtectionOutcome> {
    try {
      return await this.confirm(this.wanted, adopt);
    } catch (error) {
      if (!isGitLabError(error)) throw error;
      // Neither an answer nor a look that settles it: kept in state, so that the next `up` finds out instead of failing on its own work.
      const reason = `${lost.message} Run \`pulumi up\` again.`;
      return { stored: unconfirmed(this.wanted), reasons: [reason] };
    }
  }

  async #post(): Promise<ProtectionOutcome> {
    const { client, target } = this.place;
    const body = creation(this.#entries);
    this.#writes += 1;
    let answer: LiveProtection;
    try {
      const named = { name: target.name, ...body };
      answer = liveFromWire(
        await client.post<WireProtectedEnvironment>(protectionPath(target.level, target.container), named),
      );
    } catch (error) {
      if (!isGitLabError(error, "not-found")) throw this.#explained(error, body);
      await confirmParentAnswers(client, target.level, target.container);
      throw unavailable(target, error);
    }
    // All of it is ours: nothing that is missing was taken out by hand.
    this.#known = NOTHING;
    const all = plan(aimAt(NOTHING, this.#entries));
    return this.#after({ ...all, waits: false, sets: all.changes }, answer);
  }

  async #converge(from: LiveProtection, source: Source): Promise<ProtectionOutcome> {
    const { client, target, say } = this.place;
    const { next, aim, byHand } = this.#planFrom(from, source);
    if (isEmpty(next.now)) return this.#outcome(from, [], byHand);
    this.#refuseToEraseLegacyCount(from, aim);
    if (this.#writes >= MOST_WRITES) return this.#outcome(from, [beingEdited(target)]);
    let answer: LiveProtection;
    try {
      this.#writes += 1;
      answer = liveFromWire(await client.put<WireProtectedEnvironment>(pathOf(target), next.now));
    } catch (error) {
      return this.#afterFailedPut(error, next.now, source);
    }
    const gone = byHand.strangers.filter(({ id }) => !answer.deployAccessLevels.some((one) => one.id === id));
    strangersGone(target, gone).forEach(say);
    return this.#after(next, answer);
  }

  /** From the state, what differs is what the preview has said; what the server shows besides may have been made by hand. */
  #planFrom(live: LiveProtection, source: Source): { next: Plan; aim: Aim; byHand: ByHand } {
    const all = aimAt(live, this.#entries);
    const none: ByHand = { left: NOTHING, missing: [], strangers: [] };
    const { aim, byHand } = source === "server" ? spare(all, this.#known) : { aim: all, byHand: none };
    const next = plan(aim, { alwaysRestate: this.#erasesLegacyCount(live) });
    const now = source === "state" ? provingItself(next.now, aim) : next.now;
    return { next: { ...next, now }, aim, byHand };
  }

  /** The answer holds the full lists: what was sent and is not in it was dropped without a word. */
  async #after(sent: Plan, answer: LiveProtection): Promise<ProtectionOutcome> {
    this.#written = answer;
    const again = this.#planFrom(answer, "server").next;
    const open = sent.waits ? again.strengthens : again.changes;
    const lost = {
      deployAccessLevels: sent.sets.deployAccessLevels.filter((key) => open.deployAccessLevels.includes(key)),
      approvalRules: sent.sets.approvalRules.filter((key) => open.approvalRules.includes(key)),
    };
    if (LISTS.some((list) => lost[list].length > 0))
      return this.#outcome(answer, droppedEntries(this.place.target, lost, this.wanted));
    return this.#converge(answer, "server");
  }

  /**
   * A 404 may mean an id that somebody's edit made stale, a 422 a list that is emptier than state remembers; after a lost
   * answer nobody knows. In each case: look, and plan against what is there.
   */
  async #afterFailedPut(error: unknown, sent: NestedBody, source: Source): Promise<ProtectionOutcome> {
    const stale =
      isGitLabError(error, "not-found") ||
      (isGitLabError(error) && error.status === 422 && source === "state");
    try {
      if (!(stale || outcomeUnknown(error)) || this.#looks >= MOST_LOOKS) throw this.#explained(error, sent);
      this.#looks += 1;
      return await this.#fromServer((live) => {
        // What the lost request did is what state has to know if the next one fails.
        if (outcomeUnknown(error)) this.#written = live;
        // Refused for a reason that looking does not cure.
        else if (JSON.stringify(this.#planFrom(live, "server").next.now) === JSON.stringify(sent))
          throw this.#explained(error, sent);
      });
    } catch (failure) {
      if (this.#written === undefined || !(failure instanceof Error)) throw failure;
      return this.#outcome(this.#written, [failure.message]);
    }
  }

  #isSomebodyElses(live: LiveProtection): boolean {
    if (this.#written !== undefined || this.stored === undefined || !isAnother(this.stored, live))
      return false;
    return !mayBeInterrupted(live, this.#known, this.#entries);
  }

  #outcome(live: LiveProtection, reasons: readonly string[], byHand?: ByHand): ProtectionOutcome {
    if (byHand) handMade(this.place.target, byHand, this.wanted).forEach(this.place.say);
    return { stored: toStored(live, this.wanted), reasons };
  }

  /** Any PUT of a group protection writes 0 over the legacy count; the project's PUT leaves it alone. */
  #erasesLegacyCount(live: LiveProtection): boolean {
    return this.place.target.level === "group" && live.requiredApprovalCount > 0;
  }

  /**
   * It counts where there are no rules. Then only rules that GitLab cannot leave out may take its place; of a project, whose
   * PUT leaves it alone, also a single one of any kind for which nothing has to wait.
   */
  #refuseToEraseLegacyCount(live: LiveProtection, aim: Aim): void {
    const { added } = aim.approvalRules;
    const [count, erases] = [live.requiredApprovalCount, this.#erasesLegacyCount(live)];
    if (erases && this.wanted.approvalRules.length === 0) throw legacyCount(this.place.target, count);
    const risk = count === 0 || live.approvalRules.length > 0 ? undefined : mayLeaveOut(aim);
    if (risk === "narrowing" || (risk && (erases || added.length > 1 || plan(aim).waits)))
      throw legacyCountAtRisk(this.place.target, count, risk);
  }

  #explained(error: unknown, sent: NestedBody): unknown {
    if (!isGitLabError(error) || error.status !== 422) return error;
    const reason = nobodyQualifies(this.place.target, sent, this.wanted);
    return reason === undefined ? error : new UserError(`${error.message} ${reason}`);
  }
}
