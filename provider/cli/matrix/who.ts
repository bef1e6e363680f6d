import { ROLE } from "../../lifecycle/access/subjects";
import type { Entry } from "../../effective/answer";
import { UsageError } from "../io";
import { escapeMarkdown, plain } from "../text";
import { dateOf, hostOf } from "./head";
import type { Matrix, MatrixRow } from "./model";
import { paint, table } from "./render/table";
import { listed, origin, subjectWords } from "./words";

/** Everything one person can deploy or approve, and why. */
export interface Who {
  readonly username: string;
  readonly name: string;
  readonly state: string;
  readonly bot: boolean;
  readonly rows: readonly WhoRow[];
}

export interface WhoRow {
  readonly row: MatrixRow;
  readonly deploy: Right;
  readonly approve: Right;
}

export interface Right {
  readonly can: "yes" | "no" | "unknown";
  /** Which entries give it, or what is missing. */
  readonly why: string;
}

export function whoIs(matrix: Matrix, username: string): Who {
  const wanted = username.replace(/^@/, "").toLowerCase();
  const person = [...matrix.facts.people.values()].find((each) => each.username.toLowerCase() === wanted);
  if (person === undefined)
    throw new UsageError(
      `“${username}” is in no project or group of this matrix. It is the name in the profile's address; administrators who are no members are not listed.`,
    );
  const { id, name, state, bot } = person;
  const nothing: Right = { can: "no", why: `cannot act (${state})` };
  const rows = matrix.rows.map((row) =>
    state === "active"
      ? { row, deploy: deployRight(row, id), approve: approveRight(row, id) }
      : { row, deploy: nothing, approve: nothing },
  );
  return { username: person.username, name, state, bot, rows };
}

function has(entry: Entry, id: number): boolean {
  return entry.named?.has(id) === true;
}

function deployRight(row: MatrixRow, id: number): Right {
  const { deployers, entries } = row.answer;
  const role = row.project.members?.find(([member]) => member === id)?.[1];
  const deploy = entries.filter(({ list }) => list === "deploy");
  if (deployers !== undefined && (deployers.people.includes(id) || deployers.bots.includes(id))) {
    const by = deploy
      .filter((entry) => has(entry, id))
      .map(({ subject, rules }) => `${subjectWords(subject)} (${origin(rules)})`);
    return { can: "yes", why: by.length > 0 ? listed(by, 5) : "unprotected: every Developer" };
  }
  if (row.project.members !== undefined && role === undefined)
    return { can: "no", why: "no access to the project" };
  if (role !== undefined && role < ROLE.developer)
    return { can: "no", why: "less than the role Developer in the project" };
  const shut = row.rules.filter((rules) =>
    deploy
      .filter((entry) => entry.rules === rules)
      .every(({ named }) => named !== undefined && !named.has(id)),
  );
  if (shut.length > 0) return { can: "no", why: `not named in the rules of ${listed(shut.map(origin))}` };
  return { can: "unknown", why: "rules or members that cannot be read" };
}

function approveRight(row: MatrixRow, id: number): Right {
  const { approvals } = row.answer;
  if (approvals.length === 0)
    return row.readable
      ? { can: "no", why: "nothing to approve" }
      : { can: "unknown", why: "rules that cannot be read" };
  const mine = approvals.filter(
    ({ who }) => who !== undefined && (who.people.includes(id) || who.bots.includes(id)),
  );
  if (mine.length > 0) {
    const words = mine.map(({ subject, rules }) =>
      subject === undefined || rules === undefined
        ? "whoever may deploy (legacy)"
        : `${subjectWords(subject)} (${origin(rules)})`,
    );
    const one = mine.length > 1 ? ", once for one of them" : "";
    const own =
      row.project.selfApproval === true || deployRight(row, id).can !== "yes"
        ? ""
        : ", not their own deployments";
    return { can: "yes", why: `${listed(words, 5)}${one}${own}` };
  }
  if (approvals.some(({ who }) => who === undefined))
    return { can: "unknown", why: "members that cannot be read" };
  const named = row.answer.entries.some((entry) => entry.list === "approvals" && has(entry, id));
  return {
    can: "no",
    why: named ? "named, but without the role Reporter in the project" : "named in no approval rule",
  };
}

const HEADINGS = ["environment", "deploy", "why", "approve", "why"];

function cells({ rows }: Who): string[][] {
  const able = rows.filter(({ deploy, approve }) => deploy.can !== "no" || approve.can !== "no");
  return able.map(({ row, deploy, approve }) => [row.id, deploy.can, deploy.why, approve.can, approve.why]);
}

function titleOf(matrix: Matrix, { username, name, state, bot }: Who): string {
  const about = [
    ...(name === "" ? [] : [name]),
    ...(bot ? ["a bot"] : []),
    ...(state === "active" ? [] : [state]),
  ];
  return `What ${username}${about.length === 0 ? "" : ` (${about.join(", ")})`} can deploy and approve: ${matrix.facts.scope} on ${hostOf(matrix)}, ${dateOf(matrix)}`;
}

function restOf(who: Who): string {
  const rest = who.rows.length - cells(who).length;
  const can = `${who.username} can deploy to ${count(who, "deploy")} and approve in ${count(who, "approve")} of ${who.rows.length} environments`;
  return rest === 0 ? `${can}.` : `${can}; nothing in the other ${rest}.`;
}

function count({ rows }: Who, right: "deploy" | "approve"): number {
  return rows.filter((each) => each[right].can === "yes").length;
}

export function renderWhoText(matrix: Matrix, who: Who, width: number, colours: boolean): string {
  const style = paint(colours);
  const rows = cells(who).map((row) => row.map(plain));
  return [
    style("bold", plain(titleOf(matrix, who))),
    plain(restOf(who)),
    ...(rows.length === 0 ? [] : ["", ...table(HEADINGS, rows, width, style, 0)]),
    "",
  ].join("\n");
}

export function renderWhoMarkdown(matrix: Matrix, who: Who): string {
  const rows = cells(who).map((row) => `| ${row.map(escapeMarkdown).join(" | ")} |`);
  return [
    `### ${escapeMarkdown(titleOf(matrix, who))}`,
    "",
    escapeMarkdown(restOf(who)),
    "",
    ...(rows.length === 0 ? [] : [`| ${HEADINGS.join(" | ")} |`, "|---|---|---|---|---|", ...rows, ""]),
  ].join("\n");
}

export function renderWhoJson(matrix: Matrix, who: Who): string {
  const shown = {
    schemaVersion: 1,
    generatedAt: matrix.facts.readAt.toISOString(),
    baseUrl: matrix.facts.baseUrl,
    username: who.username,
    name: who.name,
    state: who.state,
    bot: who.bot,
    environments: who.rows.map(({ row, deploy, approve }) => ({
      id: row.id,
      project: row.project.path,
      environment: row.environment.name,
      deploy,
      approve,
    })),
  };
  return `${JSON.stringify(shown, null, 2)}\n`;
}
