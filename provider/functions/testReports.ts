import { api } from "../gitlab/request/paths";
import { call, id, inProject } from "./arguments";
import { type CallsOf, one } from "./call";
import type { GetPipelineArgs } from "./pipelines";
import type { TestReport, TestReportSummary } from "./testReportInfo";

const FIELDS = {
  ...inProject,
  /** GitLab's `id` of the pipeline, not its `iid`. */
  pipelineId: id,
  ...call,
};

export interface TestReportFunctions {
  /** The unit test report of a pipeline, with every test case. https://docs.gitlab.com/api/pipelines/ */
  getPipelineTestReport(args: GetPipelineArgs): Promise<TestReport>;
  /** The unit test report of a pipeline in figures. https://docs.gitlab.com/api/pipelines/ */
  getPipelineTestReportSummary(args: GetPipelineArgs): Promise<TestReportSummary>;
}

export const testReportCalls: CallsOf<TestReportFunctions> = {
  getPipelineTestReport: one(
    FIELDS,
    ({ project, pipelineId }) => api`/projects/${project}/pipelines/${pipelineId}/test_report`,
  ),
  getPipelineTestReportSummary: one(
    FIELDS,
    ({ project, pipelineId }) => api`/projects/${project}/pipelines/${pipelineId}/test_report_summary`,
  ),
};
