import {
  type Approvers,
  containsDeployer,
  type Deployer,
  type Measured,
  meetsRule,
  shown,
} from "./jointMeasure";

/**
 * What a request made weaker that no preview had said, in words; undefined where nothing is. A preview compares what the
 * state remembers with what is declared: a rule that it shows as removed may go, a count or an inheritance that it shows as
 * changed may become what is declared, a deployer that it shows as added may come. Everything else may only become stricter.
 */
export function unsaid(
  before: Measured,
  after: Measured,
  remembered: Measured,
  declared: Measured,
): string | undefined {
  for (const rule of before.approval_rules) {
    const least = leastSaid(rule, remembered, declared);
    if (least && !after.approval_rules.some((held) => meetsRule(held, least)))
      return `${shown(rule)} ×${rule.required_approvals} became weaker than ${shown(least)} ×${least.required_approvals}, which no preview had said`;
  }
  const nobody = !before.deploy_access_levels.some(
    (one) => of(one, declared.deploy_access_levels).length > 0,
  );
  for (const deployer of after.deploy_access_levels) {
    if (before.deploy_access_levels.some((one) => containsDeployer(one, deployer))) continue;
    if (deployer.access_level === 60 || nobody) continue;
    const asDeclared = (one: Deployer) => one.group_inheritance_type === deployer.group_inheritance_type;
    const isDeclared = of(deployer, declared.deploy_access_levels).some(asDeclared);
    const isOld = of(deployer, remembered.deploy_access_levels).some(asDeclared);
    if (!isDeclared || isOld) return `${shown(deployer)} may deploy, which no preview had said`;
  }
  return undefined;
}

/** The weakest that a preview says of this rule; undefined where it says that it goes. */
function leastSaid(rule: Approvers, remembered: Measured, declared: Measured): Approvers | undefined {
  const before = of(rule, remembered.approval_rules);
  const [after] = of(rule, declared.approval_rules);
  if (after === undefined) return before.length > 0 ? undefined : rule;
  // Of several for one subject the preview says that all but one go.
  const saysCount =
    before.length > 1 || before.some((one) => one.required_approvals !== after.required_approvals);
  const saysMembers =
    before.length > 1 || before.some((one) => one.group_inheritance_type !== after.group_inheritance_type);
  return {
    ...rule,
    ...(saysCount ? { required_approvals: Math.min(rule.required_approvals, after.required_approvals) } : {}),
    ...(saysMembers
      ? { group_inheritance_type: Math.max(rule.group_inheritance_type, after.group_inheritance_type) }
      : {}),
  };
}

function of<T extends Deployer>(one: Deployer, list: readonly T[]): T[] {
  return list.filter(
    ({ access_level, user_id, group_id }) =>
      access_level === one.access_level && user_id === one.user_id && group_id === one.group_id,
  );
}
