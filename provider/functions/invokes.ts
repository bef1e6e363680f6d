import type { Props } from "../fields/check";
import { accessCalls, type AccessFunctions } from "./effectiveAccess";
import { answerOf, type Call, type Caller, type CallsOf } from "./call";
import { deploymentCalls, type DeploymentFunctions } from "./deployments";
import { environmentCalls, type EnvironmentFunctions } from "./environments";
import { mergeRequestCalls, type MergeRequestFunctions } from "./mergeRequests";
import { jobCalls, type JobFunctions } from "./pipelineJobs";
import { pipelineCalls, type PipelineFunctions } from "./pipelines";
import { protectionCalls, type ProtectionFunctions } from "./protectedEnvironments";
import { testReportCalls, type TestReportFunctions } from "./testReports";

/** All data functions, as programs call them. They only read, so that they can run in previews; what acts is in `actions.ts`. */
export interface DataFunctions
  extends
    AccessFunctions,
    DeploymentFunctions,
    EnvironmentFunctions,
    JobFunctions,
    MergeRequestFunctions,
    PipelineFunctions,
    ProtectionFunctions,
    TestReportFunctions {}

export const dataCalls: CallsOf<DataFunctions> = {
  ...accessCalls,
  ...deploymentCalls,
  ...environmentCalls,
  ...jobCalls,
  ...mergeRequestCalls,
  ...pipelineCalls,
  ...protectionCalls,
  ...testReportCalls,
};

/** A data function as a provider process serves it: its answer is an object, and a list stands in it under a name. */
export interface Invoke extends Pick<Call, "fields" | "list" | "secret"> {
  /** Throws where arguments are wrong, before any request, and where GitLab refuses. */
  call(args: Props, caller: Caller): Promise<Props>;
}

/** By name, such as `getEnvironment`. */
export const invokes: Readonly<Record<string, Invoke>> = Object.fromEntries(
  Object.entries(dataCalls).map(([name, call]): [string, Invoke] => [
    name,
    {
      ...call,
      call: async (args, caller) => {
        const answer = await answerOf(name, call, args, caller);
        return call.list === undefined ? (answer as Props) : { [call.list]: answer };
      },
    },
  ]),
);
