import * as pulumi from "@pulumi/pulumi";
import * as gitlab from "pulumi-gitlab-cd";

const config = new pulumi.Config();
const projects = config.requireObject<string[]>("projects");
const families = config.requireObject<string[]>("reviewFamilies");

/** What every project gets. A component gives its parts one line in `pulumi stack`, and one place to be changed. */
class Delivery extends pulumi.ComponentResource {
  readonly environments: gitlab.Environment[];

  constructor(project: string) {
    super("acme:delivery:Delivery", project);
    const below = { parent: this };

    const rules = new gitlab.ProjectProtectedEnvironment(
      `${project}/production-rules`,
      {
        project,
        name: "production",
        deployAccessLevels: [{ accessLevel: gitlab.AccessLevel.Maintainer }],
        approvalRules: [{ accessLevel: gitlab.AccessLevel.Developer, requiredApprovals: 2 }],
      },
      below,
    );

    // A name of a resource must not depend on its place in a list: with an index in it, removing the first project
    // would rename all others.
    this.environments = [
      new gitlab.Environment(
        `${project}/production`,
        { project, name: "production", tier: "production" },
        { ...below, dependsOn: [rules] },
      ),
      ...families.map(
        (family) =>
          new gitlab.Environment(
            `${project}/review/${family}`,
            {
              project,
              name: `review/${family}`,
              tier: "development",
              autoStopSetting: "always",
              onDestroy: "stop",
            },
            below,
          ),
      ),
    ];
    this.registerOutputs({});
  }
}

export const slugs = Object.fromEntries(
  projects.map((project) => {
    const { environments } = new Delivery(project);
    return [project, environments.map(({ slug }) => slug)];
  }),
);
