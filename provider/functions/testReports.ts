import { api } from "../gitlab/request/paths";
import { type CallsOf, one } from "./call";
import { type GetPipelineArgs, PIPELINE } from "./pipelines";
import type { TestReport, TestReportSummary } from "./testReportInfo";

export interface TestReportFunctions {
  /** The unit test report of a pipeline, with every test case. https://docs.gitlab.com/api/pipelines/ */
  getPipelineTestReport(args: GetPipelineArgs): Promise<TestReport>;
  /** The unit test report of a pipeline in figures. https://docs.gitlab.com/api/pipelines/ */
  getPipelineTestReportSummary(args: GetPipelineArgs): Promise<TestReportSummary>;
}

export const testReportCalls: CallsOf<TestReportFunctions> = {
  getPipelineTestReport: one(
    PIPELINE,
    ({ project, pipelineId }) => api`/projects/${project}/pipelines/${pipelineId}/test_report`,
  ),
  getPipelineTestReportSummary: one(
    PIPELINE,
    ({ project, pipelineId }) => api`/projects/${project}/pipelines/${pipelineId}/test_report_summary`,
  ),
};
