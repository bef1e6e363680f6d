import { visibly } from "../../text";
import { openFindings } from "../head";
import { mendLink } from "../links";
import { CODES, type Finding, type Matrix, type Severity } from "../model";

const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };

/** Findings for code scanning and security dashboards. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function renderSarif(matrix: Matrix): string {
  const { baseUrl, readAt } = matrix.facts;
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
        results: matrix.findings.map((finding) => resultOf(baseUrl, finding)),
      },
    ],
  };
  return `${visibly(JSON.stringify(log, null, 2))}\n`;
}

function resultOf(baseUrl: string, finding: Finding): object {
  const { code, severity, level, container, name, reason, fix, id, accepted } = finding;
  const place = [container, name].filter(Boolean);
  return {
    ruleId: code,
    ruleIndex: CODES.indexOf(code),
    level: LEVELS[severity],
    message: { text: `${place.join(" ")} ${reason} ${fix}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: mendLink(baseUrl, finding) } },
        logicalLocations: [
          { fullyQualifiedName: place.join("/"), kind: level === "group" ? "namespace" : "module" },
        ],
      },
    ],
    partialFingerprints: { "pulumiGitlabCdFinding/v1": id },
    ...(accepted === undefined
      ? {}
      : {
          suppressions: [{ kind: "external", justification: `${accepted.reason} (until ${accepted.until})` }],
        }),
  };
}
