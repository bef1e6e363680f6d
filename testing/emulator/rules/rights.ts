import { describeSubject } from "../entities/protection";
import type { AccessRow, EnvironmentRow, ProjectRow, UserRow } from "../model/rows";
import { Role } from "../model/rows";
import type { Store } from "../model/store";
import { containerPath } from "../model/tree";
import { deliveriesOn, mayEnter, mayRead, mayWrite } from "./abilities";
import { approvalRight, mayDeploy, names, protectionsOf } from "./coverage";

/** An entry of a protection that means the person. */
export interface Grant {
  readonly id: number;
  /** The display name of the user or group, or the role: `Maintainers`. */
  readonly subject: string;
}

/** What one protection has to do with the person. */
export interface Passage {
  /** Full path of the group or project whose protection it is. */
  readonly place: string;
  /** The tier on the group level, the environment's name on the project level. */
  readonly name: string;
  /** The deploy access levels that let the person through; none: this protection keeps them out. */
  readonly through: readonly Grant[];
}

export interface ApprovalGrant extends Grant {
  readonly place: string;
  readonly name: string;
  readonly requiredApprovals: number;
}

/** Why an endpoint would refuse the person, whatever the rules say. */
export type Shut =
  /** The account is blocked. */
  | "blocked"
  /** They cannot see the project: 404. */
  | "hidden"
  /** CI/CD or environments are switched off. */
  | "switched off"
  | "archived"
  /** Less than Developer to deploy, or less than Reporter to approve. */
  | "role"
  /** A protection keeps them out, or no approval rule names them. */
  | "rules"
  /** There is nothing to approve: no protection, or none that asks for approvals. */
  | "no approvals";

/** What a person can do with an environment, by the same rules as the endpoints. */
export interface Rights {
  /** `POST /deployments` lets them. */
  readonly mayDeploy: boolean;
  readonly deployShut?: Shut;
  /** One for each protection that covers the environment; administrators pass them all. */
  readonly passages: readonly Passage[];
  /** `POST /deployments/:id/approval` lets them approve a waiting deployment of somebody else. */
  readonly mayApprove: boolean;
  /** The same for a deployment of their own. */
  readonly mayApproveOwn: boolean;
  readonly approveShut?: Shut;
  /** The approval rules that name them; empty where a count from before rules is all there is. */
  readonly approvals: readonly ApprovalGrant[];
}

/** An environment that exists, or one that the first deployment would make. */
export type Target = Pick<EnvironmentRow, "projectId" | "name" | "tier">;

export function rightsOf(store: Store, user: UserRow, project: ProjectRow, target: Target): Rights {
  const passages = protectionsOf(store, target).map((protection) => ({
    place: containerPath(store, protection.container),
    name: protection.name,
    through: protection.levels
      .filter((level) => names(store, level, protection.container, user))
      .map((level) => grant(store, level)),
  }));
  const right = approvalRight(store, user, target);
  const deployShut = whyNotDeploy(store, user, project, target);
  const approveShut = whyNotApprove(store, user, project, right);
  return {
    mayDeploy: deployShut === undefined,
    ...(deployShut && { deployShut }),
    passages,
    mayApprove: approveShut === undefined,
    mayApproveOwn: approveShut === undefined && project.selfApproval,
    ...(approveShut && { approveShut }),
    approvals: right.mine.map(({ rule, protection }) => ({
      ...grant(store, rule),
      place: containerPath(store, protection.container),
      name: protection.name,
      requiredApprovals: rule.requiredApprovals,
    })),
  };
}

function whyNotDeploy(store: Store, user: UserRow, project: ProjectRow, target: Target): Shut | undefined {
  const door = whyNotIn(store, user, project);
  if (door !== undefined) return door;
  if (project.archived) return "archived";
  if (!mayWrite(store, user, project, Role.Developer)) return "role";
  return mayDeploy(store, user, target) ? undefined : "rules";
}

function whyNotApprove(
  store: Store,
  user: UserRow,
  project: ProjectRow,
  right: ReturnType<typeof approvalRight>,
): Shut | undefined {
  const door = whyNotIn(store, user, project);
  if (door !== undefined) return door;
  if (!mayRead(store, user, project)) return "role";
  if (right.required === 0) return "no approvals";
  return right.allowed ? undefined : "rules";
}

function whyNotIn(store: Store, user: UserRow, project: ProjectRow): Shut | undefined {
  if (user.state !== "active") return "blocked";
  if (!mayEnter(store, user, project)) return "hidden";
  return deliveriesOn(project) ? undefined : "switched off";
}

function grant(store: Store, row: AccessRow): Grant {
  return { id: row.id, subject: describeSubject(store, row) ?? `access level ${row.accessLevel}` };
}
