import { visibly } from "../../text";
import { openFindings } from "../head";
import { mendLink } from "../links";
import { CODES, type Matrix, type Severity } from "../model";

const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };

/** Findings for code scanning and security dashboards. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function renderSarif(matrix: Matrix): string {
  const { baseUrl, readAt } = matrix.facts;
  const results = matrix.findings.map((finding) => ({
    ruleId: finding.code,
    ruleIndex: CODES.indexOf(finding.code),
    level: LEVELS[finding.severity],
    message: {
      text: `${[finding.container, finding.name].filter(Boolean).join(" ")} ${finding.reason} ${finding.fix}`,
    },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: mendLink(baseUrl, finding) } },
        logicalLocations: [
          {
            fullyQualifiedName: [finding.container, finding.name].filter(Boolean).join("/"),
            kind: finding.level === "group" ? "namespace" : "module",
          },
        ],
      },
    ],
    partialFingerprints: { "pulumiGitlabCdFinding/v1": finding.id },
    ...(finding.accepted === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: "external",
              justification: `${finding.accepted.reason} (until ${finding.accepted.until})`,
            },
          ],
        }),
  }));
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "pulumi-gitlab-cd matrix",
            rules: CODES.map((id) => ({ id, shortDescription: { text: id.replaceAll("-", " ") } })),
          },
        },
        invocations: [{ executionSuccessful: true, endTimeUtc: readAt.toISOString() }],
        properties: { scope: matrix.facts.scope, open: openFindings(matrix).length },
        results,
      },
    ],
  };
  return `${visibly(JSON.stringify(log, null, 2))}\n`;
}
