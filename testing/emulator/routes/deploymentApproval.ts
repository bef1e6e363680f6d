import { approval } from "../entities/deployment";
import { created } from "../http/answers";
import { endpoint } from "../http/endpoint";
import { integer, oneOf, required, string } from "../http/params";
import type { ApprovalRow } from "../model/rows";
import { approve } from "../rules/approve";
import { mustRead, projectOf, someone } from "../rules/guards";
import { deploymentOf } from "./deployments";

/** https://docs.gitlab.com/api/deployments/#approve-or-reject-a-blocked-deployment */
const decide = endpoint(
  "POST",
  "/projects/:id/deployments/:deployment_id/approval",
  {
    who: "user",
    jobToken: ["admin_deployments"],
    enterprise: true,
    params: {
      deployment_id: required(integer),
      status: required(oneOf(string, ["approved", "rejected"])),
      comment: string,
      represented_as: string,
    },
  },
  (call) => {
    const project = projectOf(call);
    mustRead(call, project);
    const row = deploymentOf(call, project, call.params.deployment_id);
    const made = approve(call.store, row, someone(call), {
      status: call.params.status as ApprovalRow["status"],
      comment: call.params.comment ?? null,
      representedAs: call.params.represented_as ?? null,
    });
    return created(approval(call.store, made));
  },
);

export const deploymentApproval = [decide];
