import { api } from "../gitlab/request/paths";
import { call, checkArgs, id, inProject } from "./arguments";
import { getOne, outputForm } from "./call";
import type { GetPipelineArgs } from "./pipelines";
import type { TestReport, TestReportSummary } from "./testReportInfo";

const FIELDS = {
  ...inProject,
  pipelineId: id,
  ...call,
};

/** The unit test report of a pipeline, with every test case. https://docs.gitlab.com/api/pipelines/ */
export async function getPipelineTestReport(args: GetPipelineArgs): Promise<TestReport> {
  const inputs = checkArgs("getPipelineTestReport", FIELDS, args);
  return getOne(inputs, api`/projects/${args.project}/pipelines/${args.pipelineId}/test_report`);
}
/** `getPipelineTestReport` for arguments that come from resources. */
export const getPipelineTestReportOutput = outputForm(getPipelineTestReport);

/** The unit test report of a pipeline in figures. https://docs.gitlab.com/api/pipelines/ */
export async function getPipelineTestReportSummary(args: GetPipelineArgs): Promise<TestReportSummary> {
  const inputs = checkArgs("getPipelineTestReportSummary", FIELDS, args);
  return getOne(inputs, api`/projects/${args.project}/pipelines/${args.pipelineId}/test_report_summary`);
}
/** `getPipelineTestReportSummary` for arguments that come from resources. */
export const getPipelineTestReportSummaryOutput = outputForm(getPipelineTestReportSummary);
