import type { Props } from "../fields/check";
import { answer, connected, creation, type Fields, memory, ownSetting, type Table } from "../fields/field";
import { declaredPart } from "../fields/record";
import { adoptChoice, given, integer } from "../fields/schema";
import type { InputsOf, StateOf } from "../fields/types";
import type { WireProtectedEnvironment } from "../gitlab/answer/types";
import { lookupsFor } from "../gitlab/reads/lookups";
import type { GitLabClient } from "../gitlab/request/client";
import type { EntryLists, ApprovalRule as SentRule } from "../lifecycle/access/entries";
import { type Declaration, type NameLookup, resolveNames } from "../lifecycle/access/declaration";
import type { ListName } from "../lifecycle/access/subjects";
import { type ApprovalRule, type DeployAccessLevel, deployerList, ruleList } from "../lifecycle/access/lists";
import { deleteProtection, look, type ProtectionPlace, readProtection } from "../lifecycle/access/calls";
import { entryNumbers, type StoredProtection, toDeclared } from "../lifecycle/access/state";
import { label, type ProtectionTarget } from "../lifecycle/access/words";
import { createProtection, type ProtectionOutcome, updateProtection } from "../lifecycle/access/reconcile";
import { describeChange } from "../lifecycle/access/ruleChanges";
import type { Level } from "../gitlab/request/paths";
import type { Connected, Context } from "../lifecycle/context";
import { PartialFailure } from "../lifecycle/errors";
import { splitId } from "../lifecycle/ids";
import type { Lifecycle } from "../lifecycle/lifecycle";

/** The one count for a whole environment that approval rules took the place of. */
const OLD_COUNTS = ["requiredApprovalCount", "requiredApprovals"] as const;

/** What the protections of groups and projects have in common. */
export const protectionFields = {
  /**
   * Who may deploy, at least one entry; a set, so their order means nothing. This list is all there is: a deployer who was
   * added by hand is removed by the next write, which says so.
   * In outputs: as GitLab holds them, in declared order, with their ids; in previews of changes as declared, without ids.
   */
  deployAccessLevels: ownSetting(deployerList, {
    required: true,
    holds: given<DeployAccessLevel[]>(),
    alsoCalled: ["deployAccessLevel", "deployAccessLevelsAttribute", "deployAccessLevelsAttributes"],
  }),
  /**
   * Who must approve; a set. Default: nobody. What was made stricter by hand (a rule of its own, a higher count) is left by an
   * update that did not announce its end; it says so, and the next preview shows the removal.
   * In outputs: as GitLab holds them, in declared order, with their ids; in previews of changes as declared, without ids.
   */
  approvalRules: ownSetting(ruleList, {
    holds: given<ApprovalRule[]>(),
    alsoCalled: ["approvalRule", "approvalRulesAttribute", "approvalRulesAttributes", ...OLD_COUNTS],
  }),
  /**
   * Take over a protection that exists, and bring it to what is declared, instead of failing. `true` refuses where that would
   * make it weaker (more deployers, fewer approvals) and names the difference; `"overwrite"` does it all the same and says
   * what it did, but ends no legacy count that no rules replace. Only looked at by create, and after one whose answer was
   * lost. Default: false.
   */
  adopt: creation(adoptChoice),
  ...connected,
  /**
   * Legacy approvals for the whole environment, 0–5, which count where there are no rules; read only. GitLab sets it to 0 with
   * any update of a group's protection, so those are refused until `approvalRules` take its place. Unknown in previews of updates.
   */
  requiredApprovalCount: answer(integer(0), "required_approval_count"),
  /** What was sent, where no answer confirmed it. */
  __unconfirmed: memory(given<true | EntryLists<SentRule>>()),
} satisfies Fields<WireProtectedEnvironment>;

/** The name, and the group or project, which the table of each class has in its own words. */
type Named = { readonly name: string; readonly project?: string; readonly group?: string };
type Inputs = InputsOf<typeof protectionFields> & Named;
/** The lists as they are stored, also where no answer has told the ids of the entries yet. */
type State = Omit<StateOf<typeof protectionFields>, ListName> & Pick<StoredProtection, ListName> & Named;

function targetOf(level: Level, props: Named): ProtectionTarget {
  return { level, container: String(props[level]), name: props.name };
}

function placeOf(level: Level, context: Context, props: Named & Connected): ProtectionPlace {
  return { client: context.client(props), target: targetOf(level, props), say: (line) => context.say(line) };
}

/** The one life cycle of both levels; they differ in the path, in what `name` may be and in who qualifies. */
// eslint-disable-next-line max-lines-per-function -- a life cycle like those in the files beside it, which are no functions
export function protectionLife<T extends Table>(
  kind: string,
  level: Level,
  fields: T,
): Lifecycle<Inputs, State, T> {
  const place = (context: Context, props: Named & Connected) => placeOf(level, context, props);
  return {
    kind,
    fields,
    named: { container: level, name: "name" },
    called: [{ what: "protection of", argument: "name" }],
    numbers: (_id, outs) => entryNumbers(storedIn(outs)),
    async isThere(context, _id, olds, news) {
      const now = targetOf(level, { ...(news as Inputs), name: String(olds["name"]) });
      const there = await look(context.client(news), now);
      const numbers = entryNumbers(storedIn(olds));
      return there !== undefined && entryNumbers(there).some((number) => numbers.includes(number));
    },
    declared: (olds) => declaredIn(fields, olds),
    unfinished: (olds) => olds["__unconfirmed"] !== undefined,
    describe: (label, olds, news) => describeChange(label, storedIn(olds), news as Props & Declaration),

    async create(context, inputs) {
      const at = place(context, inputs);
      const wanted = await resolveNames(inputs, undefined, namesOf(at.client));
      const isHeld = (live: Parameters<typeof entryNumbers>[0]) =>
        context.isHeld(kind, inputs, entryNumbers(live)) && !context.isRemade(inputs);
      const outcome = await createProtection(at, wanted, inputs.adopt ?? false, isHeld);
      const id = label(at.target);
      return { id, outs: toOutputs(id, inputs, outcome) };
    },

    async read(context, id, props) {
      const [spelling, name] = splitId(id, `${level}:name`);
      const declared = { [level]: spelling, name, ...declaredIn(fields, props) };
      // `get` passes nothing but the connection.
      const known = props.deployAccessLevels === undefined ? undefined : storedIn(props);
      const stored = await readProtection(place(context, declared), known);
      if (stored === undefined) return undefined;
      const { approvalRules: _none, ...others }: Partial<Inputs> = declared;
      return { outs: { ...declared, ...fromStored(stored) }, inputs: { ...others, ...toDeclared(stored) } };
    },

    async update(context, id, olds, news) {
      const at = place(context, news);
      const stored = storedIn(olds);
      const wanted = await resolveNames(news, stored, namesOf(at.client));
      const outcome = await updateProtection(at, wanted, stored, news.adopt ?? false);
      return toOutputs(id, news, outcome);
    },

    async delete(context, id, props) {
      const outcome = await deleteProtection(place(context, props), storedIn(props));
      if (outcome === "deleted") return;
      context.say(
        `${id}: not deleted, only forgotten. Its creation was never confirmed, and what is there now is not what was sent.`,
      );
    },
  };
}

function namesOf(client: GitLabClient): NameLookup {
  const lookups = lookupsFor(client);
  return {
    userId: (username) => lookups.userIdByUsername(username),
    groupId: (path) => lookups.groupIdByPath(path),
  };
}

/** What the last operation declared: an empty list of rules is none. */
function declaredIn(fields: Table, olds: object): Partial<Inputs> {
  const { approvalRules = [], ...others }: Partial<Inputs> = declaredPart(fields, olds);
  return approvalRules.length > 0 ? { ...others, approvalRules } : others;
}

function storedIn(olds: Partial<State>): StoredProtection {
  const { deployAccessLevels = [], approvalRules = [], requiredApprovalCount = 0 } = olds;
  const stored: StoredProtection = { deployAccessLevels, approvalRules, requiredApprovalCount };
  const { __unconfirmed: sent } = olds;
  if (sent === undefined) return stored;
  // States of 0.1.0 say only that, and hold as their lists what was sent.
  return { ...stored, unconfirmed: sent === true ? stored : sent };
}

function fromStored({ unconfirmed, ...stored }: StoredProtection) {
  return { ...stored, ...(unconfirmed ? { __unconfirmed: unconfirmed } : {}) };
}

function toOutputs(id: string, inputs: Inputs, { stored, reasons }: ProtectionOutcome): State {
  const { adopt: _, ...kept } = inputs;
  const outs = { ...kept, ...fromStored(stored) };
  if (reasons.length > 0) throw new PartialFailure(id, outs, ...reasons);
  return outs;
}
