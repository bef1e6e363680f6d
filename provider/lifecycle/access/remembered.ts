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
  const known = new Map(aim.approvalRules.rows.map(({ live }) => [live.id, live]));
  const repeats = (now.approval_rules ?? []).some(
    ({ id, _destroy, required_approvals: count }) =>
      id !== undefined && !_destroy && known.get(id)?.requiredApprovals === count,
  );
  const isMade = aim.approvalRules.rows.length + aim.deployAccessLevels.rows.length > 0;
  return repeats || (isMade && !namesAnId(now));
}

/**
 * The PUT with a deployer who stays named by id, where it names nothing else that GitLab holds: an id that is not there makes
 * GitLab refuse the whole. Nothing but the id, so that nothing is written; a role's entry first, as a user's or group's goes
 * with its member. The list of deployers demands no subject beside an id, other than that of rules.
 */
export function provingItself(now: NestedBody, aim: Aim): NestedBody {
  const witness = isEmpty(now) || namesAnId(now) ? undefined : whoStays(aim);
  if (witness === undefined) return now;
  return { ...now, deploy_access_levels: [{ id: witness.id }, ...(now.deploy_access_levels ?? [])] };
}

function whoStays({ deployAccessLevels }: Aim): LiveEntry | undefined {
  const stay = deployAccessLevels.rows.flatMap(({ live, to }) => (to ? [live] : []));
  return stay.find((entry) => !mayBeDropped(entry)) ?? stay[0];
}

function namesAnId({ deploy_access_levels = [], approval_rules = [] }: NestedBody): boolean {
  return [...deploy_access_levels, ...approval_rules].some(({ id }: NestedOperation) => id !== undefined);
}
