import * as pulumi from "@pulumi/pulumi";
import * as gitlab from "pulumi-gitlab-cd";

const project = new pulumi.Config().require("project");

/** The bot's own user: GitLab lets nobody approve a deployment of their own. Its token is in `APPROVER_TOKEN`. */
const connection = "approver";

/** Approves what waits in production if, and only if, staging already runs the same commit. */
export = async () => {
  const [waiting] = await newest("production", "blocked");
  if (waiting === undefined) return { decision: "nothing waits for an approval" };

  const [tried] = await newest("staging", "success");
  if (tried?.sha !== waiting.sha) {
    return { decision: `left ${waiting.id} waiting: staging does not run ${waiting.sha}` };
  }

  const approval = new gitlab.DeploymentApproval(
    `production-${waiting.id}`,
    {
      project,
      deploymentId: waiting.id,
      status: "approved",
      comment: `Deployment ${tried.id} brought the same commit to staging.`,
      connection,
    },
    // GitLab cannot take an approval back, so there is nothing to delete when the next deployment's takes its place.
    { retainOnDelete: true },
  );
  return { decision: pulumi.interpolate`approved ${waiting.id} as ${approval.user.username}` };
};

function newest(environment: string, status: "blocked" | "success"): Promise<gitlab.DeploymentInfo[]> {
  return gitlab.getDeployments({ project, environment, status, sort: "desc", limit: 1, connection });
}
