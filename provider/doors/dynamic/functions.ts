import * as pulumi from "@pulumi/pulumi";

import { actionCalls, type Actions } from "../../functions/actions";
import { dataCalls, type DataFunctions } from "../../functions/invokes";
import type { GetPipelineArgs } from "../../functions/pipelines";
import type { PipelineVariableInfo } from "../../functions/pipelineInfo";
import { inProgram, type OutputArgs } from "../program";

/** Data functions and actions as they run in a program. What each does is said where its type is; `@function` gives it a page of its own. */

function data<N extends keyof DataFunctions>(name: N): DataFunctions[N] {
  return inProgram<DataFunctions, N>(dataCalls, name);
}

function action<N extends keyof Actions>(name: N): Actions[N] {
  return inProgram<Actions, N>(actionCalls, name);
}

/**
 * The `…Output` form of a data function: waits for its arguments, and depends on the resources they come from. While one
 * is unknown (in a preview) so is the result and nothing is asked; where one is secret so is the result.
 */
function outputForm<A extends object, R>(
  promiseForm: (args: A) => Promise<R>,
): (args: OutputArgs<A>) => pulumi.Output<R> {
  return (args) => pulumi.output(args as pulumi.Inputs).apply<R>((known) => promiseForm(known as A));
}

/** @function */
export const getDeployment: DataFunctions["getDeployment"] = data("getDeployment");
/** `getDeployment` for arguments that come from resources. */
export const getDeploymentOutput = outputForm(getDeployment);

/** @function */
export const getDeployments: DataFunctions["getDeployments"] = data("getDeployments");
/** `getDeployments` for arguments that come from resources. */
export const getDeploymentsOutput = outputForm(getDeployments);

/** @function */
export const getDeploymentMergeRequests: DataFunctions["getDeploymentMergeRequests"] = data(
  "getDeploymentMergeRequests",
);
/** `getDeploymentMergeRequests` for arguments that come from resources. */
export const getDeploymentMergeRequestsOutput = outputForm(getDeploymentMergeRequests);

/** @function */
export const getEffectiveAccess: DataFunctions["getEffectiveAccess"] = data("getEffectiveAccess");
/** `getEffectiveAccess` for arguments that come from resources. */
export const getEffectiveAccessOutput = outputForm(getEffectiveAccess);

/** @function */
export const getEnvironment: DataFunctions["getEnvironment"] = data("getEnvironment");
/** `getEnvironment` for arguments that come from resources. */
export const getEnvironmentOutput = outputForm(getEnvironment);

/** @function */
export const getEnvironments: DataFunctions["getEnvironments"] = data("getEnvironments");
/** `getEnvironments` for arguments that come from resources. */
export const getEnvironmentsOutput = outputForm(getEnvironments);

/** @function */
export const getGroupProtectedEnvironment: DataFunctions["getGroupProtectedEnvironment"] = data(
  "getGroupProtectedEnvironment",
);
/** `getGroupProtectedEnvironment` for arguments that come from resources. */
export const getGroupProtectedEnvironmentOutput = outputForm(getGroupProtectedEnvironment);

/** @function */
export const getGroupProtectedEnvironments: DataFunctions["getGroupProtectedEnvironments"] = data(
  "getGroupProtectedEnvironments",
);
/** `getGroupProtectedEnvironments` for arguments that come from resources. */
export const getGroupProtectedEnvironmentsOutput = outputForm(getGroupProtectedEnvironments);

/** @function */
export const getLatestPipeline: DataFunctions["getLatestPipeline"] = data("getLatestPipeline");
/** `getLatestPipeline` for arguments that come from resources. */
export const getLatestPipelineOutput = outputForm(getLatestPipeline);

/** @function */
export const getPipeline: DataFunctions["getPipeline"] = data("getPipeline");
/** `getPipeline` for arguments that come from resources. */
export const getPipelineOutput = outputForm(getPipeline);

/** @function */
export const getPipelineJobs: DataFunctions["getPipelineJobs"] = data("getPipelineJobs");
/** `getPipelineJobs` for arguments that come from resources. */
export const getPipelineJobsOutput = outputForm(getPipelineJobs);

/** @function */
export const getPipelines: DataFunctions["getPipelines"] = data("getPipelines");
/** `getPipelines` for arguments that come from resources. */
export const getPipelinesOutput = outputForm(getPipelines);

/** @function */
export const getPipelineTestReport: DataFunctions["getPipelineTestReport"] = data("getPipelineTestReport");
/** `getPipelineTestReport` for arguments that come from resources. */
export const getPipelineTestReportOutput = outputForm(getPipelineTestReport);

/** @function */
export const getPipelineTestReportSummary: DataFunctions["getPipelineTestReportSummary"] = data(
  "getPipelineTestReportSummary",
);
/** `getPipelineTestReportSummary` for arguments that come from resources. */
export const getPipelineTestReportSummaryOutput = outputForm(getPipelineTestReportSummary);

/** @function */
export const getPipelineTriggerJobs: DataFunctions["getPipelineTriggerJobs"] = data("getPipelineTriggerJobs");
/** `getPipelineTriggerJobs` for arguments that come from resources. */
export const getPipelineTriggerJobsOutput = outputForm(getPipelineTriggerJobs);

/** @function */
export const getProjectProtectedEnvironment: DataFunctions["getProjectProtectedEnvironment"] = data(
  "getProjectProtectedEnvironment",
);
/** `getProjectProtectedEnvironment` for arguments that come from resources. */
export const getProjectProtectedEnvironmentOutput = outputForm(getProjectProtectedEnvironment);

/** @function */
export const getProjectProtectedEnvironments: DataFunctions["getProjectProtectedEnvironments"] = data(
  "getProjectProtectedEnvironments",
);
/** `getProjectProtectedEnvironments` for arguments that come from resources. */
export const getProjectProtectedEnvironmentsOutput = outputForm(getProjectProtectedEnvironments);

/** @function */
export const getPipelineVariables: DataFunctions["getPipelineVariables"] = data("getPipelineVariables");
const variablesOutput = outputForm(getPipelineVariables);
/** `getPipelineVariables` as a secret: encrypted in state, hidden in output. */
export function getPipelineVariablesOutput(
  args: OutputArgs<GetPipelineArgs>,
): pulumi.Output<PipelineVariableInfo[]> {
  return pulumi.secret(variablesOutput(args));
}

/** @function */
export const cancelPipeline: Actions["cancelPipeline"] = action("cancelPipeline");
/** @function */
export const cleanUpReviewApps: Actions["cleanUpReviewApps"] = action("cleanUpReviewApps");
/** @function */
export const deleteDeployment: Actions["deleteDeployment"] = action("deleteDeployment");
/** @function */
export const deletePipeline: Actions["deletePipeline"] = action("deletePipeline");
/** @function */
export const retryPipeline: Actions["retryPipeline"] = action("retryPipeline");
/** @function */
export const stopEnvironment: Actions["stopEnvironment"] = action("stopEnvironment");
/** @function */
export const stopStaleEnvironments: Actions["stopStaleEnvironments"] = action("stopStaleEnvironments");
