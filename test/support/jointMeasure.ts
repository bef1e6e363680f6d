/**
 * Whether a protection is at least as strict as one that was declared, for everybody who may deploy at once: the measure that
 * the planner, the reconcile and every request of every test are held against. Written apart from the product's own code.
 */

/** Who may deploy, as GitLab shows it. */
export interface Deployer {
  readonly access_level: number | null;
  readonly user_id: number | null;
  readonly group_id: number | null;
  readonly group_inheritance_type: number;
}

export interface Approvers extends Deployer {
  readonly required_approvals: number;
}

/** A protection, live or declared. */
export interface Measured {
  readonly deploy_access_levels: readonly Deployer[];
  readonly approval_rules: readonly Approvers[];
  /** The legacy count; it counts where there are no rules. */
  readonly required_approval_count?: number;
}

/** Roles compare with "at least"; 20 is what old versions called Reporter. */
const ROLES = [20, 30, 40, 60];

const subject = ({ access_level, user_id, group_id }: Deployer): string =>
  `${access_level ?? "-"}/${user_id ?? "-"}/${group_id ?? "-"}`;

/**
 * Whether whoever `inner` lets deploy may deploy by `outer` too. Users and groups only contain themselves; administrators may
 * deploy under every protection.
 */
export function containsDeployer(outer: Deployer, inner: Deployer): boolean {
  if (inner.access_level === 60) return true;
  if (outer.access_level !== null && inner.access_level !== null) {
    const [o, i] = [ROLES.indexOf(outer.access_level), ROLES.indexOf(inner.access_level)];
    return outer.access_level === inner.access_level || (o >= 0 && i >= 0 && o <= i);
  }
  if (subject(outer) !== subject(inner)) return false;
  return outer.group_id === null || outer.group_inheritance_type >= inner.group_inheritance_type;
}

/** Whether a live rule asks for at least what `rule` asks for: as many, of no more people. */
export function meetsRule(held: Approvers, rule: Approvers): boolean {
  return (
    subject(held) === subject(rule) &&
    held.required_approvals >= rule.required_approvals &&
    (held.group_id === null || held.group_inheritance_type <= rule.group_inheritance_type)
  );
}

function unmet(live: Measured, declared: Measured): string | undefined {
  const rule = declared.approval_rules.find(
    (one) => !live.approval_rules.some((held) => meetsRule(held, one)),
  );
  if (rule) return `${shown(rule)} ×${rule.required_approvals}`;
  const count = declared.required_approval_count ?? 0;
  if (declared.approval_rules.length > 0 || count === 0) return undefined;
  const held = live.approval_rules.length > 0 ? 0 : (live.required_approval_count ?? 0);
  return held >= count ? undefined : `the legacy count ${count}`;
}

/**
 * What is weaker in a live protection than in each of the declarations, in words; undefined where nothing is. For each who may
 * deploy there must be a declaration that lets them deploy and all of whose approvals are asked for. `undefined` stands for no
 * protection at all.
 */
export function weakness(
  live: Measured | undefined,
  declarations: readonly (Measured | undefined)[],
): string | undefined {
  if (declarations.includes(undefined)) return undefined;
  const known = declarations as readonly Measured[];
  if (live === undefined) return "nothing is protected";
  for (const deployer of live.deploy_access_levels) {
    const missing = known.map((declared) =>
      deployer.access_level === 60 ||
      declared.deploy_access_levels.some((one) => containsDeployer(one, deployer))
        ? unmet(live, declared)
        : "to be declared at all",
    );
    if (!missing.includes(undefined)) return `${shown(deployer)} may deploy without ${missing.join(" / ")}`;
  }
  return undefined;
}

/** `group 9 (all)`, `user 7`, `role 40`. */
export function shown({ access_level, user_id, group_id, group_inheritance_type }: Deployer): string {
  if (group_id !== null) return `group ${group_id}${group_inheritance_type === 1 ? " (all)" : ""}`;
  return user_id !== null ? `user ${user_id}` : `role ${access_level ?? 0}`;
}
