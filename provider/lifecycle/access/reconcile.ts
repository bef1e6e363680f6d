import type { GitLabClient } from "../../gitlab/request/client";
import { isGitLabError } from "../../gitlab/answer/errors";
import type { ApiPath } from "../../gitlab/request/paths";
import { api } from "../../gitlab/request/paths";
import { readProtection as readShared } from "../../gitlab/reads/sharedReads";
import type { WireProtectedEnvironment } from "../../gitlab/answer/types";
import {
  type ApprovalRule,
  type Entry,
  type EntryLists,
  type LiveProtection,
  toEntry,
} from "./accessEntries";
import { confirmParentAnswers } from "../containers";
import { UserError } from "../errors";
import { sharedOrGone, unlessGone } from "../presence";
import { creation, isEmpty, type NestedBody, plan } from "./planner";
import {
  hasStrangers,
  liveFromState,
  liveFromWire,
  type StoredProtection,
  toStored,
  unconfirmed,
} from "./protectionState";
import {
  alreadyThere,
  beingEdited,
  droppedEntries,
  legacyCount,
  legacyCountGone,
  nobodyQualifies,
  type ProtectionTarget,
  unavailable,
} from "./protectionWords";
import { deleteOnce, outcomeUnknown } from "../writes";

/** The two lists with an id beside every name. */
export type ResolvedLists = EntryLists<ApprovalRule>;

/** What GitLab holds now. Where there are reasons it is not what was declared, and has to be kept as a partial failure. */
export interface ProtectionOutcome {
  readonly stored: StoredProtection;
  readonly reasons: readonly string[];
}

/** Adds and changes, removals held back, strangers, one more for each of two lost answers: more means somebody is working against us. */
const MOST_WRITES = 5;
/** Lost answers and stale ids that are looked into before giving up. */
const MOST_LOOKS = 3;

export function protectionPath({ level, container, name }: ProtectionTarget): ApiPath {
  return level === "group"
    ? api`/groups/${container}/protected_environments/${name}`
    : api`/projects/${container}/protected_environments/${name}`;
}

export function protectionsPath({ level, container }: ProtectionTarget): ApiPath {
  return level === "group"
    ? api`/groups/${container}/protected_environments`
    : api`/projects/${container}/protected_environments`;
}

/** Creates the protection: one request. Where it exists: an error, or with `adopt` it is taken over (GET, and PUT if it differs). */
export async function createProtection(
  client: GitLabClient,
  target: ProtectionTarget,
  wanted: ResolvedLists,
  adopt: boolean,
): Promise<ProtectionOutcome> {
  return new Reconcile(client, target, wanted).create(adopt);
}

/** Brings the protection from what state holds to what is declared: one PUT; none where they agree. */
export async function updateProtection(
  client: GitLabClient,
  target: ProtectionTarget,
  wanted: ResolvedLists,
  stored: StoredProtection,
  adopt: boolean,
): Promise<ProtectionOutcome> {
  const reconcile = new Reconcile(client, target, wanted);
  return stored.unconfirmed ? reconcile.confirm(adopt) : reconcile.update(liveFromState(stored));
}

/** At most one request, fewer where many are read together. Resolves to undefined only where the group or project answers; else it throws. */
export async function readProtection(
  client: GitLabClient,
  target: ProtectionTarget,
  known: StoredProtection | undefined,
): Promise<StoredProtection | undefined> {
  const { level, container, name } = target;
  const wire = await sharedOrGone(client, level, container, () => readShared(client, level, container, name));
  if (wire === undefined) return undefined;
  const live = liveFromWire(wire);
  const stored = toStored(live, known ?? { deployAccessLevels: [], approvalRules: [] });
  // Still not known to be ours: somebody else's entries are in it.
  return known?.unconfirmed && hasStrangers(live, entriesOf(known)) ? known : stored;
}

/** One request. A protection whose create was never confirmed is only deleted where it holds nothing but what we sent. */
export async function deleteProtection(
  client: GitLabClient,
  target: ProtectionTarget,
  stored: StoredProtection,
): Promise<"deleted" | "left"> {
  if (stored.unconfirmed) {
    const live = await look(client, target);
    if (live && hasStrangers(live, entriesOf(stored))) return "left";
  }
  const remove = () => deleteOnce(client, protectionPath(target));
  await unlessGone(client, target.level, target.container, remove);
  return "deleted";
}

async function see(client: GitLabClient, target: ProtectionTarget): Promise<LiveProtection> {
  return liveFromWire(await client.get<WireProtectedEnvironment>(protectionPath(target)));
}

/** Without asking for the parent: what comes next is a write, which a parent out of sight refuses. */
async function look(client: GitLabClient, target: ProtectionTarget): Promise<LiveProtection | undefined> {
  try {
    return await see(client, target);
  } catch (error) {
    if (isGitLabError(error, "not-found")) return undefined;
    throw error;
  }
}

function entriesOf(lists: ResolvedLists): EntryLists<Entry> {
  return {
    deployAccessLevels: lists.deployAccessLevels.map(toEntry),
    approvalRules: lists.approvalRules.map(toEntry),
  };
}

/** One create or update. Observes, plans, writes, and plans again from each answer until nothing is left to do. */
class Reconcile {
  private readonly entries: EntryLists<Entry>;
  private writes = 0;
  private looks = 0;
  /** What GitLab answered to our last write; undefined as long as we changed nothing for certain. */
  private written: LiveProtection | undefined;

  constructor(
    private readonly client: GitLabClient,
    private readonly target: ProtectionTarget,
    private readonly wanted: ResolvedLists,
  ) {
    this.entries = entriesOf(wanted);
  }

  async create(adopt: boolean): Promise<ProtectionOutcome> {
    try {
      return await this.post();
    } catch (error) {
      if (isGitLabError(error, "conflict")) {
        if (!adopt) throw alreadyThere(this.target);
        return this.confirm(adopt);
      }
      if (!outcomeUnknown(error)) throw error;
      return this.afterLostCreate(adopt, error as Error);
    }
  }

  /** Something is, or may be, there: take it over if that was asked for or if it can only be ours. */
  async confirm(adopt: boolean): Promise<ProtectionOutcome> {
    const live = await look(this.client, this.target);
    if (live === undefined) return this.post();
    if (!adopt && hasStrangers(live, this.entries)) throw alreadyThere(this.target);
    this.refuseToEraseLegacyCount(live);
    return this.converge(live, true);
  }

  async update(stored: LiveProtection): Promise<ProtectionOutcome> {
    return this.converge(stored, false);
  }

  /** Not repeated blindly: a create that landed would be refused as somebody else's. */
  private async afterLostCreate(adopt: boolean, lost: Error): Promise<ProtectionOutcome> {
    try {
      return await this.confirm(adopt);
    } catch (error) {
      if (!isGitLabError(error)) throw error;
      // Neither an answer nor a look that settles it: kept in state, so that the next `up` finds out instead of failing on its own work.
      const reason = `${lost.message} Run \`pulumi up\` again.`;
      return { stored: unconfirmed(this.wanted), reasons: [reason] };
    }
  }

  private async post(): Promise<ProtectionOutcome> {
    const body = creation(this.entries);
    this.writes += 1;
    let answer: LiveProtection;
    try {
      const named = { name: this.target.name, ...body };
      const path = protectionsPath(this.target);
      answer = liveFromWire(await this.client.post<WireProtectedEnvironment>(path, named));
    } catch (error) {
      if (!isGitLabError(error, "not-found")) throw this.explained(error, body);
      await confirmParentAnswers(this.client, this.target.level, this.target.container);
      throw unavailable(this.target, error);
    }
    return this.after(body, answer);
  }

  /** `fresh`: seen on the server just now, not remembered in state. */
  private async converge(from: LiveProtection, fresh: boolean): Promise<ProtectionOutcome> {
    const { now } = plan(from, this.entries);
    if (isEmpty(now)) return this.outcome(from);
    this.refuseToEraseLegacyCount(from);
    if (this.writes >= MOST_WRITES) {
      return this.outcome(from, [beingEdited(this.target)]);
    }
    let answer: LiveProtection;
    try {
      this.writes += 1;
      answer = liveFromWire(
        await this.client.put<WireProtectedEnvironment>(protectionPath(this.target), now),
      );
    } catch (error) {
      return this.afterFailedPut(error, now, fresh);
    }
    return this.after(now, answer, from.requiredApprovalCount);
  }

  /** The answer holds the full lists: what was sent and is not in it was dropped without a word. */
  private async after(sent: NestedBody, answer: LiveProtection, legacy = 0): Promise<ProtectionOutcome> {
    this.written = answer;
    const dropped = droppedEntries(this.target, sent, plan(answer, this.entries), this.wanted);
    // GitLab leaves no way to add a rule to a group's protection without erasing the legacy count in the same request.
    if (dropped.length > 0 && legacy > answer.requiredApprovalCount)
      dropped.push(legacyCountGone(this.target, legacy));
    if (dropped.length > 0) return this.outcome(answer, dropped);
    return this.converge(answer, true);
  }

  /**
   * A 404 may mean an id that somebody's edit made stale, a 422 a list that is emptier than state remembers; after a lost
   * answer nobody knows. In each case: look, and plan against what is there.
   */
  private async afterFailedPut(error: unknown, sent: NestedBody, fresh: boolean): Promise<ProtectionOutcome> {
    const stale =
      isGitLabError(error, "not-found") || (isGitLabError(error) && error.status === 422 && !fresh);
    try {
      if (!(stale || outcomeUnknown(error)) || this.looks >= MOST_LOOKS) throw this.explained(error, sent);
      this.looks += 1;
      const live = await look(this.client, this.target);
      if (live === undefined) return await this.post();
      // What the lost request did is what state has to know if the next one fails.
      if (outcomeUnknown(error)) this.written = live;
      const again = plan(live, this.entries).now;
      // Refused for a reason that looking does not cure.
      if (!outcomeUnknown(error) && JSON.stringify(again) === JSON.stringify(sent))
        throw this.explained(error, sent);
      return await this.converge(live, true);
    } catch (failure) {
      if (this.written === undefined || !(failure instanceof Error)) throw failure;
      return this.outcome(this.written, [failure.message]);
    }
  }

  private outcome(live: LiveProtection, reasons: readonly string[] = []): ProtectionOutcome {
    return { stored: toStored(live, this.wanted), reasons };
  }

  /** Any PUT of a group protection writes 0 over the legacy count; the project's PUT leaves it alone. */
  private refuseToEraseLegacyCount(live: LiveProtection): void {
    const erased = this.target.level === "group" && live.requiredApprovalCount > 0;
    if (erased && this.wanted.approvalRules.length === 0) {
      throw legacyCount(this.target, live.requiredApprovalCount);
    }
  }

  private explained(error: unknown, sent: NestedBody): unknown {
    if (!isGitLabError(error) || error.status !== 422) return error;
    const reason = nobodyQualifies(this.target, sent, this.wanted);
    return reason === undefined ? error : new UserError(`${error.message} ${reason}`);
  }
}
