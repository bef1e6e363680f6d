import * as pulumi from "@pulumi/pulumi";

import type { Props } from "../../fields/check";
import { actionCalls, type Actions } from "../../functions/actions";
import { type DataFunctions, invokes } from "../../functions/invokes";
import { refusePlainToken } from "../kind";
import { inProgram, type OutputArgs } from "../program";
import { preflight } from "./preflight";
import { PACKAGE } from "./registration";

/**
 * Data functions as the provider answers them: with its own connection, or with that of the provider among the options. What each
 * does is said where its type is; `@function` gives it a page of its own.
 */

/** With options, such as `provider`, behind the arguments. */
type Invoked<F> = F extends (args: infer A) => infer R
  ? F & ((args: A, opts: pulumi.InvokeOptions) => R)
  : never;

type Args<N extends keyof DataFunctions> = Parameters<DataFunctions[N]>[0];
type Answer<N extends keyof DataFunctions> = Awaited<ReturnType<DataFunctions[N]>>;

/** Every argument may be an output of something else. */
type OutputForm<N extends keyof DataFunctions> = (
  args: OutputArgs<Args<N>>,
  opts?: pulumi.InvokeOptions,
) => pulumi.Output<Answer<N>>;

const token = (name: string) => `${PACKAGE}:index:${name}`;

/** Lists arrive in an object, under a name that other languages know them by. */
function unpacked(name: string, answer: Props): unknown {
  const list = invokes[name]?.list;
  return list === undefined ? answer : answer[list];
}

async function ask(name: string, args: pulumi.Inputs, opts?: pulumi.InvokeOptions): Promise<unknown> {
  before();
  try {
    return unpacked(name, (await pulumi.runtime.invoke(token(name), args, opts)) as Props);
  } catch (error) {
    throw forPeople(error);
  }
}

function data<N extends keyof DataFunctions>(name: N): Invoked<DataFunctions[N]> {
  const run = (args: pulumi.Inputs, opts?: pulumi.InvokeOptions) => ask(name, args, opts);
  return run as unknown as Invoked<DataFunctions[N]>;
}

/**
 * The `…Output` form: waits for its arguments, and depends on the resources they come from. While one is unknown (in a preview) so
 * is the result and nothing is asked; where one is secret so is the result. Not the SDK's `invokeOutput`: that prints what went
 * wrong with a stack of its own.
 */
function output<N extends keyof DataFunctions>(name: N): OutputForm<N> {
  return (args, opts) => {
    before();
    const known = pulumi.output(args as pulumi.Inputs);
    const value: unknown = known.apply((inputs) => ask(name, inputs as pulumi.Inputs, opts));
    return (invokes[name]?.secret ? pulumi.secret(value) : value) as pulumi.Output<Answer<N>>;
  };
}

/** What is wrong was said by the provider, and is the user's to read: the SDK prints the message alone where there is no stack. */
function forPeople(error: unknown): unknown {
  return error instanceof Error ? Object.assign(error, { stack: "", __pulumiRunError: true }) : error;
}

function before(): void {
  preflight();
  refusePlainToken(PACKAGE);
}

/** Actions send their requests from the program, with the settings that the provider has by default. */
function action<N extends keyof Actions>(name: N): Actions[N] {
  return inProgram<Actions, N>(actionCalls, name, PACKAGE);
}

/** @function */
export const getDeployment: Invoked<DataFunctions["getDeployment"]> = data("getDeployment");
/** `getDeployment` for arguments that come from resources. */
export const getDeploymentOutput: OutputForm<"getDeployment"> = output("getDeployment");

/** @function */
export const getDeployments: Invoked<DataFunctions["getDeployments"]> = data("getDeployments");
/** `getDeployments` for arguments that come from resources. */
export const getDeploymentsOutput: OutputForm<"getDeployments"> = output("getDeployments");

/** @function */
export const getDeploymentMergeRequests: Invoked<DataFunctions["getDeploymentMergeRequests"]> = data(
  "getDeploymentMergeRequests",
);
/** `getDeploymentMergeRequests` for arguments that come from resources. */
export const getDeploymentMergeRequestsOutput: OutputForm<"getDeploymentMergeRequests"> = output(
  "getDeploymentMergeRequests",
);

/** @function */
export const getEffectiveAccess: Invoked<DataFunctions["getEffectiveAccess"]> = data("getEffectiveAccess");
/** `getEffectiveAccess` for arguments that come from resources. */
export const getEffectiveAccessOutput: OutputForm<"getEffectiveAccess"> = output("getEffectiveAccess");

/** @function */
export const getEnvironment: Invoked<DataFunctions["getEnvironment"]> = data("getEnvironment");
/** `getEnvironment` for arguments that come from resources. */
export const getEnvironmentOutput: OutputForm<"getEnvironment"> = output("getEnvironment");

/** @function */
export const getEnvironments: Invoked<DataFunctions["getEnvironments"]> = data("getEnvironments");
/** `getEnvironments` for arguments that come from resources. */
export const getEnvironmentsOutput: OutputForm<"getEnvironments"> = output("getEnvironments");

/** @function */
export const getGroupProtectedEnvironment: Invoked<DataFunctions["getGroupProtectedEnvironment"]> = data(
  "getGroupProtectedEnvironment",
);
/** `getGroupProtectedEnvironment` for arguments that come from resources. */
export const getGroupProtectedEnvironmentOutput: OutputForm<"getGroupProtectedEnvironment"> = output(
  "getGroupProtectedEnvironment",
);

/** @function */
export const getGroupProtectedEnvironments: Invoked<DataFunctions["getGroupProtectedEnvironments"]> = data(
  "getGroupProtectedEnvironments",
);
/** `getGroupProtectedEnvironments` for arguments that come from resources. */
export const getGroupProtectedEnvironmentsOutput: OutputForm<"getGroupProtectedEnvironments"> = output(
  "getGroupProtectedEnvironments",
);

/** @function */
export const getLatestPipeline: Invoked<DataFunctions["getLatestPipeline"]> = data("getLatestPipeline");
/** `getLatestPipeline` for arguments that come from resources. */
export const getLatestPipelineOutput: OutputForm<"getLatestPipeline"> = output("getLatestPipeline");

/** @function */
export const getPipeline: Invoked<DataFunctions["getPipeline"]> = data("getPipeline");
/** `getPipeline` for arguments that come from resources. */
export const getPipelineOutput: OutputForm<"getPipeline"> = output("getPipeline");

/** @function */
export const getPipelineJobs: Invoked<DataFunctions["getPipelineJobs"]> = data("getPipelineJobs");
/** `getPipelineJobs` for arguments that come from resources. */
export const getPipelineJobsOutput: OutputForm<"getPipelineJobs"> = output("getPipelineJobs");

/** @function */
export const getPipelines: Invoked<DataFunctions["getPipelines"]> = data("getPipelines");
/** `getPipelines` for arguments that come from resources. */
export const getPipelinesOutput: OutputForm<"getPipelines"> = output("getPipelines");

/** @function */
export const getPipelineTestReport: Invoked<DataFunctions["getPipelineTestReport"]> =
  data("getPipelineTestReport");
/** `getPipelineTestReport` for arguments that come from resources. */
export const getPipelineTestReportOutput: OutputForm<"getPipelineTestReport"> =
  output("getPipelineTestReport");

/** @function */
export const getPipelineTestReportSummary: Invoked<DataFunctions["getPipelineTestReportSummary"]> = data(
  "getPipelineTestReportSummary",
);
/** `getPipelineTestReportSummary` for arguments that come from resources. */
export const getPipelineTestReportSummaryOutput: OutputForm<"getPipelineTestReportSummary"> = output(
  "getPipelineTestReportSummary",
);

/** @function */
export const getPipelineTriggerJobs: Invoked<DataFunctions["getPipelineTriggerJobs"]> =
  data("getPipelineTriggerJobs");
/** `getPipelineTriggerJobs` for arguments that come from resources. */
export const getPipelineTriggerJobsOutput: OutputForm<"getPipelineTriggerJobs"> =
  output("getPipelineTriggerJobs");

/** @function */
export const getProjectProtectedEnvironment: Invoked<DataFunctions["getProjectProtectedEnvironment"]> = data(
  "getProjectProtectedEnvironment",
);
/** `getProjectProtectedEnvironment` for arguments that come from resources. */
export const getProjectProtectedEnvironmentOutput: OutputForm<"getProjectProtectedEnvironment"> = output(
  "getProjectProtectedEnvironment",
);

/** @function */
export const getProjectProtectedEnvironments: Invoked<DataFunctions["getProjectProtectedEnvironments"]> =
  data("getProjectProtectedEnvironments");
/** `getProjectProtectedEnvironments` for arguments that come from resources. */
export const getProjectProtectedEnvironmentsOutput: OutputForm<"getProjectProtectedEnvironments"> = output(
  "getProjectProtectedEnvironments",
);

/** @function */
export const getPipelineVariables: Invoked<DataFunctions["getPipelineVariables"]> =
  data("getPipelineVariables");
/** `getPipelineVariables` as a secret: encrypted in state, hidden in output. */
export const getPipelineVariablesOutput: OutputForm<"getPipelineVariables"> = output("getPipelineVariables");

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
