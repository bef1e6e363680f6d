import type { Values } from "../spec";

export const MATRIX_OPTIONS = {
  group: {
    type: "string",
    value: "<path>",
    help: "full path or id of a group: all projects below it, archived ones left out",
  },
  project: {
    type: "string",
    multiple: true,
    value: "<path>",
    help: "only this project; may be given several times, with or without --group",
  },
  tier: {
    type: "string",
    multiple: true,
    value: "<tier>",
    help: "only production, staging, testing, development or other; may be given several times",
  },
  production: {
    type: "string",
    multiple: true,
    value: "<pattern>",
    help: "names that count as production whatever their tier, such as 'shop-*'; beside the tier and names such as prod or live",
  },
  "not-production": {
    type: "string",
    multiple: true,
    value: "<pattern>",
    help: "names that do not count as production, such as 'sandbox/*'",
  },
  who: {
    type: "string",
    value: "<username>",
    help: "what this person can deploy and approve, and why (text, markdown, json)",
  },
  from: {
    type: "string",
    value: "<file>",
    help: "read this matrix, written by --format json, instead of asking GitLab; no token is needed",
  },
  since: {
    type: "string",
    value: "<file>",
    help: "what became weaker, stronger or new since this matrix, written by --format json",
  },
  with: {
    type: "string",
    multiple: true,
    value: "<file>",
    help: "what the change in this file would do, printed by pulumi preview --json: before → after for each environment; may be given several times",
  },
  accept: {
    type: "string",
    value: "<file>",
    help: 'findings that are accepted: [{"id": …, "reason": …, "until": "2026-12-31"}]; the id is in --format json, * stands for any text',
  },
  link: { type: "string", value: "<address>", help: "where the whole matrix is to be seen (markdown)" },
  format: {
    type: "string",
    value: "<format>",
    help: "text (default), markdown, json, html (one page, no external files), csv or sarif",
  },
  output: { type: "string", value: "<file>", help: "write there instead of to the terminal" },
  "fail-on": {
    type: "string",
    value: "<what>",
    help: "exit with 1 where there is an error, a warning or worse (warning), anything at all (info), or anything weaker than before (weaker); what cannot be read counts, what is accepted does not",
  },
} as const;

export type MatrixValues = Values<typeof MATRIX_OPTIONS>;
