import type { PipelineRow, TestCase } from "../model/rows";

type Suite = NonNullable<PipelineRow["outcome"]["testSuites"]>[number];

const count = (cases: readonly TestCase[], status: TestCase["status"]) =>
  cases.filter((each) => each.status === status).length;
const time = (cases: readonly TestCase[]) => cases.reduce((sum, each) => sum + (each.seconds ?? 0), 0);

function counts(cases: readonly TestCase[]) {
  return {
    total_time: time(cases),
    total_count: cases.length,
    success_count: count(cases, "success"),
    failed_count: count(cases, "failed"),
    skipped_count: count(cases, "skipped"),
    error_count: count(cases, "error"),
  };
}

/** Reports come with the end of the pipeline; before, and without any, everything is zero. */
function suitesOf(row: PipelineRow): readonly Suite[] {
  return row.finishedAt === null ? [] : (row.outcome.testSuites ?? []);
}

/** https://docs.gitlab.com/api/pipelines/#get-a-test-report-for-a-pipeline */
export function testReport(row: PipelineRow) {
  const suites = suitesOf(row);
  return {
    ...counts(suites.flatMap((suite) => suite.cases)),
    test_suites: suites.map((suite) => ({
      name: suite.name,
      ...counts(suite.cases),
      suite_error: null,
      test_cases: suite.cases.map((each) => ({
        status: each.status,
        name: each.name,
        classname: each.classname ?? suite.name,
        file: null,
        execution_time: each.seconds ?? 0,
        system_output: each.output ?? null,
        stack_trace: null,
        recent_failures: null,
      })),
    })),
  };
}

/** https://docs.gitlab.com/api/pipelines/#get-a-test-report-summary-for-a-pipeline */
export function testSummary(row: PipelineRow, buildIds: number[]) {
  const suites = suitesOf(row);
  const all = suites.flatMap((suite) => suite.cases);
  return {
    total: {
      time: time(all),
      count: all.length,
      success: count(all, "success"),
      failed: count(all, "failed"),
      skipped: count(all, "skipped"),
      error: count(all, "error"),
      suite_error: null,
    },
    test_suites: suites.map((suite) => ({
      name: suite.name,
      ...counts(suite.cases),
      build_ids: buildIds,
      suite_error: null,
    })),
  };
}
