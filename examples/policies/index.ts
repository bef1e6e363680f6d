// Rules for whoever declares delivery with this package, checked in every preview: a policy pack with the classes' own types.
import { PolicyPack, type PolicyResource, validateResourceOfType } from "@pulumi/policy";
import * as gitlab from "pulumi-gitlab-cd";

/** Approvals that production takes: of as many different people. */
const APPROVALS = 2;

interface Rule {
  requiredApprovals?: number;
}
interface Level {
  accessLevel?: number;
}

function approvals(rules: readonly Rule[] | undefined): number {
  return (rules ?? []).reduce((sum, { requiredApprovals = 1 }) => sum + requiredApprovals, 0);
}

/** What is wrong with a protection of production, in the words of the person who has to mend it. */
function tooFew(name: string, rules: readonly Rule[] | undefined): string | undefined {
  const count = approvals(rules);
  if (count >= APPROVALS) return undefined;
  return `${name} takes ${count} of ${APPROVALS} approvals: add to \`approvalRules\`, or raise \`requiredApprovals\`.`;
}

function openToDevelopers(name: string, levels: readonly Level[]): string | undefined {
  const open = levels.some(({ accessLevel }) => accessLevel === gitlab.AccessLevel.Developer);
  return open ? `every Developer may deploy to ${name}: name a group, users or Maintainers.` : undefined;
}

const PRODUCTION = "production";

/** Project `acme/shop` is in the groups `acme/shop`'s path begins with; ids tell nothing about that. */
function isBelow(project: string, group: string): boolean {
  return `${project}/`.toLowerCase().startsWith(`${group}/`.toLowerCase());
}

/** An environment of production, by the tier or, where it is left to GitLab, by its name. */
function isProduction({ tier, name }: { tier?: string; name: string }): boolean {
  return tier === undefined ? /(^|\/)(prod|production|live)$/i.test(name) : tier === PRODUCTION;
}

type Declared<T> = { readonly resource: PolicyResource; readonly props: T };

/** Every resource of a class in the stack, with what it declares. */
function declared<T extends object>(
  resources: readonly PolicyResource[],
  kind: { readonly __pulumiType: string },
): Declared<T>[] {
  return resources
    .filter(({ type }) => type === kind.__pulumiType)
    .map((resource) => ({ resource, props: resource.props as T }));
}

new PolicyPack("gitlab-delivery", {
  policies: [
    {
      name: "production-takes-two-approvals",
      description: `Production takes ${APPROVALS} approvals.`,
      enforcementLevel: "mandatory",
      validateResource: [
        validateResourceOfType(gitlab.GroupProtectedEnvironment, ({ name, approvalRules }, _args, report) => {
          const fault = name === PRODUCTION ? tooFew(name, approvalRules) : undefined;
          if (fault !== undefined) report(fault);
        }),
        validateResourceOfType(
          gitlab.ProjectProtectedEnvironment,
          ({ name, approvalRules }, _args, report) => {
            const fault = isProduction({ name }) ? tooFew(name, approvalRules) : undefined;
            if (fault !== undefined) report(fault);
          },
        ),
      ],
    },
    {
      name: "no-developers-deploy-to-production",
      description: "Nobody deploys to production by being a Developer.",
      enforcementLevel: "mandatory",
      validateResource: [
        validateResourceOfType(
          gitlab.GroupProtectedEnvironment,
          ({ name, deployAccessLevels }, _args, report) => {
            const fault = name === PRODUCTION ? openToDevelopers(name, deployAccessLevels) : undefined;
            if (fault !== undefined) report(fault);
          },
        ),
        validateResourceOfType(
          gitlab.ProjectProtectedEnvironment,
          ({ name, deployAccessLevels }, _args, report) => {
            const fault = isProduction({ name }) ? openToDevelopers(name, deployAccessLevels) : undefined;
            if (fault !== undefined) report(fault);
          },
        ),
      ],
    },
    {
      name: "production-is-protected",
      description: "Every production environment is covered by a protection of the same program.",
      enforcementLevel: "mandatory",
      validateStack: ({ resources }, report) => {
        const groups = declared<{ group: string; name: string }>(resources, gitlab.GroupProtectedEnvironment);
        const projects = declared<{ project: string; name: string }>(
          resources,
          gitlab.ProjectProtectedEnvironment,
        );
        const environments = declared<{ project: string; name: string; tier?: string }>(
          resources,
          gitlab.Environment,
        );
        for (const { resource, props } of environments) {
          const { project, name } = props;
          if (!isProduction(props)) continue;
          const covered =
            groups.some(({ props: group }) => group.name === PRODUCTION && isBelow(project, group.group)) ||
            projects.some(({ props: own }) => own.project === project && own.name === name);
          if (covered) continue;
          report(
            `${name} of ${project} is production, and nothing in this program protects it: declare a ` +
              "GroupProtectedEnvironment of a group above, or a ProjectProtectedEnvironment of that name.",
            resource.urn,
          );
        }
      },
    },
  ],
});
