import type { LiveEntry } from "./entries";
import type { Aim } from "./aim";
import { isEmpty, mayBeDropped, type NestedBody, type NestedOperation } from "./planner";

/** A PUT that was planned from state, where nobody knows what GitLab holds by now. */

/**
 * Whether the PUT only holds if state is right. It repeats the count of a rule, which GitLab would reset to 1 if it were left
 * out, so that one raised by hand would be lowered without a word; or it names nothing that GitLab would refuse it for if
 * the path led to somebody else's protection by now.
 */
export function takesOnTrust(now: NestedBody, aim: Aim): boolean {
  if (isEmpty(now)) return false;
  const known = rulesById(aim);
  const repeats = (now.approval_rules ?? []).some(
    (one) => isKept(one) && known.get(one.id)?.requiredApprovals === one.required_approvals,
  );
  const isMade = aim.approvalRules.rows.length + aim.deployAccessLevels.rows.length > 0;
  return repeats || (isMade && !namesAnId(now));
}

/**
 * The PUT without what would undo what somebody made stricter by hand: of a rule that counts inherited members and goes on to,
 * only the count is sent. And with a deployer who stays named by id, where it names nothing else that GitLab holds: an id that
 * is not there makes GitLab refuse the whole. Nothing but the id, so that nothing is written; a role's entry first, as a user's
 * or group's goes with its member. The list of deployers demands no subject beside an id, other than that of rules.
 */
export function carefully(now: NestedBody, aim: Aim): NestedBody {
  const known = rulesById(aim);
  const rules = now.approval_rules?.map((one) => {
    const { group_inheritance_type: inheritance, ...others } = one;
    const repeats = inheritance === 1 && isKept(one) && known.get(one.id)?.groupInheritanceType === 1;
    return repeats ? others : one;
  });
  const careful: NestedBody = { ...now, ...(rules ? { approval_rules: rules } : {}) };
  const witness = isEmpty(now) || namesAnId(now) ? undefined : whoStays(aim);
  if (witness === undefined) return careful;
  return { ...careful, deploy_access_levels: [{ id: witness.id }, ...(now.deploy_access_levels ?? [])] };
}

function whoStays({ deployAccessLevels }: Aim): LiveEntry | undefined {
  const stay = deployAccessLevels.rows.flatMap(({ live, to }) => (to ? [live] : []));
  return stay.find((entry) => !mayBeDropped(entry)) ?? stay[0];
}

function rulesById({ approvalRules }: Aim): Map<number, LiveEntry> {
  return new Map(approvalRules.rows.map(({ live }) => [live.id, live]));
}

function isKept(one: NestedOperation): one is NestedOperation & { id: number } {
  return one.id !== undefined && !one._destroy;
}

function namesAnId({ deploy_access_levels = [], approval_rules = [] }: NestedBody): boolean {
  return [...deploy_access_levels, ...approval_rules].some(({ id }: NestedOperation) => id !== undefined);
}
