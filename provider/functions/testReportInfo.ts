/** The figures of one or more tests. */
interface Counts {
  /** Seconds. */
  totalTime: number;
  totalCount: number;
  successCount: number;
  failedCount: number;
  skippedCount: number;
  errorCount: number;
}

/** The unit test report of a pipeline; zeros where it has none. */
export interface TestReport extends Counts {
  testSuites: TestSuite[];
}

/** The tests of one job. */
export interface TestSuite extends Counts {
  name: string;
  /** Why the report could not be read; null where it could. */
  suiteError: string | null;
  testCases: TestCase[];
}

/** One test. */
export interface TestCase {
  /** `success`, `failed`, `skipped` or `error`. */
  status: string;
  name: string;
  classname: string;
  file: string | null;
  /** Seconds. */
  executionTime: number;
  /** What it printed or how it failed: text, or what the report's XML held. */
  systemOutput: unknown;
  stackTrace: string | null;
  recentFailures?: { count: number; baseBranch: string } | null;
  attachmentUrl?: string;
}

/** The unit test report of a pipeline in figures; zeros where it has none. */
export interface TestReportSummary {
  total: TestFigures;
  testSuites: TestSuiteSummary[];
}

/** Figures of all tests. */
export interface TestFigures {
  /** Seconds. */
  time: number;
  count: number;
  success: number;
  failed: number;
  skipped: number;
  error: number;
  suiteError: string | null;
}

/** Figures of one job's tests. */
export interface TestSuiteSummary extends Counts {
  name: string;
  /** The jobs behind the suite. */
  buildIds: number[];
  suiteError: string | null;
}
