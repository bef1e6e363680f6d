import { answersOf, type Approval, type People, type Row } from "../effective/answer";
import { collectFacts } from "../effective/collect";
import { type Facts, usernameOf } from "../effective/facts";
import { TIERS } from "../lifecycle/environment/tiers";
import type { GitLabClient } from "../gitlab/request/client";
import type { Props } from "../fields/check";
import { containerName } from "../fields/container";
import { identity, steering } from "../fields/field";
import { type Failure, oneOf, text } from "../fields/schema";
import type { InputsOf, PlainArgsOf } from "../fields/types";
import { call } from "./arguments";
import { asking, type CallsOf } from "./call";

/** People who can do something. Administrators of the instance always can and are not listed as such. */
export interface EffectivePeople {
  /** User names of active people, sorted. */
  people: string[];
  /** User names of bots: users with the name of a token's, and what GitLab calls a bot among those whom a rule names. */
  bots: string[];
}

/** One approval rule and who can give it. */
export interface EffectiveApproval {
  /** What the rule names; `legacy`: a count from before approval rules, which whoever may deploy gives. */
  kind: "role" | "user" | "group" | "legacy";
  /** The role in words, the user name or the full path of the group; absent for `legacy`. */
  name?: string;
  /** Full path of the group or project whose rule it is; absent for `legacy`. */
  rulesOf?: string;
  /** How many approvals it asks for. */
  required: number;
  /** Who can give them: at least Reporter in a private project. Absent where the token cannot see it. */
  approvers?: EffectivePeople;
}

/** Who can act on one environment: rules of all groups and of the project together, cut down to people who can act. */
export interface EffectiveAccess {
  /** Full path of the project. */
  project: string;
  /** Name of the environment. */
  environment: string;
  /** Its tier: `production`, `staging`, `testing`, `development` or `other`. */
  tier: string;
  /** `available`, `stopping` or `stopped`. */
  state: string;
  /** Whether any rule that the token can read covers it. */
  protected: boolean;
  /** False where the token may not read all rules that may cover it: then there may be more than shown. */
  rulesReadable: boolean;
  /** Who can deploy: at least Developer in the project, and named by every rule set. Absent where it cannot be known. */
  deployers?: EffectivePeople;
  /** How many approvals a deployment needs, by the rules that the token can read. */
  requiredApprovals: number;
  /** Each rule; one person gives one approval for a deployment, however many rules name them. */
  approvals: EffectiveApproval[];
  /** Whether who started a deployment may approve it; absent where GitLab does not say, as to who is no Maintainer. */
  selfApproval?: boolean;
  /** True where approvals are asked for and no deployment of anybody can get them all. */
  approvalsUnreachable: boolean;
  /** True where nobody but an administrator of the instance can deploy. */
  nobodyDeploys: boolean;
}

const FIELDS = {
  /** Numeric id or full path of a group: all projects below it, archived ones left out. */
  group: identity(containerName("group")),
  /** Numeric id or full path of one project. */
  project: identity(containerName("project")),
  /** Only environments of this name; upper and lower case count. Default: all. */
  environment: steering(text({ max: 255 })),
  /** Only environments of this tier. Default: all. */
  tier: steering(oneOf(TIERS)),
  ...call,
};

/** Of which environments; `group` or `project` is needed. */
export interface GetEffectiveAccessArgs extends PlainArgsOf<typeof FIELDS> {}

function onePlace(inputs: Props): Failure[] {
  const given = ["group", "project"].filter((name) => inputs[name] !== undefined);
  return given.length === 1
    ? []
    : [{ property: "group", reason: "or project is needed, and only one of them" }];
}

export interface AccessFunctions {
  /**
   * Who really can deploy and approve, by people, for every environment of a group or project: what `npx pulumi-gitlab-cd
   * matrix` shows, for programs and policies. Sends about four requests for each project and each group, and one for each user
   * that a rule names. Rules of a group are shown to its Owners, rules of a project to its Maintainers; what the token may not
   * read is absent, never guessed.
   * https://docs.gitlab.com/ci/environments/protected_environments/
   */
  getEffectiveAccess(args: GetEffectiveAccessArgs): Promise<EffectiveAccess[]>;
}

export const accessCalls: CallsOf<AccessFunctions> = {
  getEffectiveAccess: asking(FIELDS, readAccess, { rules: onePlace, list: "environments" }),
};

async function readAccess(
  client: GitLabClient,
  { group, project, environment, tier }: InputsOf<typeof FIELDS>,
): Promise<EffectiveAccess[]> {
  const facts = await collectFacts(client, {
    scope: { group, projects: project === undefined ? [] : [project] },
    step: () => undefined,
    now: new Date(),
  });
  return answersOf(facts)
    .filter(
      ({ environment: found }) =>
        found.name === (environment ?? found.name) && found.tier === (tier ?? found.tier),
    )
    .map((row) => accessOf(facts, row));
}

function accessOf(
  facts: Facts,
  { project: place, environment, rules, readable, answer }: Row,
): EffectiveAccess {
  const { deployers, approvals, required, verdict } = answer;
  return {
    project: place.path,
    environment: environment.name,
    tier: environment.tier,
    state: environment.state,
    protected: rules.length > 0,
    rulesReadable: readable,
    ...(deployers === undefined ? {} : { deployers: named(facts, deployers) }),
    requiredApprovals: required,
    approvals: approvals.map((approval) => approvalOf(facts, approval)),
    ...(place.selfApproval === undefined ? {} : { selfApproval: place.selfApproval }),
    approvalsUnreachable: verdict.unreachable,
    nobodyDeploys: verdict.nobodyDeploys,
  };
}

function approvalOf(facts: Facts, { subject, rules, required, who }: Approval): EffectiveApproval {
  return {
    kind: subject?.kind ?? "legacy",
    ...(subject === undefined ? {} : { name: subject.name }),
    ...(rules === undefined ? {} : { rulesOf: rules.container }),
    required,
    ...(who === undefined ? {} : { approvers: named(facts, who) }),
  };
}

function named(facts: Facts, { people, bots }: People): EffectivePeople {
  const name = (id: number) => usernameOf(facts, id);
  return { people: people.map(name), bots: bots.map(name) };
}
