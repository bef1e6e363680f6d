import { several, single, type Values } from "../spec";

export const MATRIX_OPTIONS = {
  group: single("<path>", "full path or id of a group: all projects below it, archived ones left out"),
  project: several("<path>", "only this project; may be given several times, with or without --group"),
  tier: several(
    "<tier>",
    "only production, staging, testing, development or other; may be given several times",
  ),
  production: several(
    "<pattern>",
    "names that count as production whatever their tier, such as 'shop-*'; beside the tier and names such as prod or live",
  ),
  "not-production": several("<pattern>", "names that do not count as production, such as 'sandbox/*'"),
  who: single("<username>", "what this person can deploy and approve, and why (text, markdown, json)"),
  from: single(
    "<file>",
    "read this matrix, written by --format json, instead of asking GitLab; no token is needed",
  ),
  since: single("<file>", "what became weaker, stronger or new since this matrix, written by --format json"),
  with: several(
    "<file>",
    "what the change in this file would do, printed by pulumi preview --json: before → after for each environment; may be given several times",
  ),
  accept: single(
    "<file>",
    'findings that are accepted: [{"id": …, "reason": …, "until": "2026-12-31"}]; the id is in --format json, * stands for any text',
  ),
  link: single("<address>", "where the whole matrix is to be seen (markdown)"),
  format: single(
    "<format>",
    "text (default), markdown, json, html (one page, no external files), csv or sarif",
  ),
  output: single("<file>", "write there instead of to the terminal"),
  "fail-on": single(
    "<what>",
    "exit with 1 where there is an error, a warning or worse (warning), anything at all (info), or anything weaker than before (weaker); what cannot be read counts, what is accepted does not",
  ),
};

export type MatrixValues = Values<typeof MATRIX_OPTIONS>;
