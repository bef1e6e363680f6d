import type { ResourceState } from "../state/state";
import { nameOf, packageOf, STACK_TYPE, typeOf } from "../values/urn";
import { equal, type Props } from "../values/values";
import type { Diagnostic, Op, StepEvent } from "./events";
import { paint, type Paint } from "./paint";
import { propertyDiff, propertyLines, shownValue } from "./propertyDiff";

export interface Display {
  readonly kind: "preview" | "update" | "refresh" | "destroy";
  readonly dryRun: boolean;
  readonly stack: string;
  readonly steps: readonly StepEvent[];
  readonly changes: Readonly<Partial<Record<Op, number>>>;
  readonly diagnostics: readonly Diagnostic[];
  readonly outputs: { readonly before: Props; readonly after: Props };
  readonly seconds: number;
  /** Show every changed property instead of a tree of resources. */
  readonly diff: boolean;
  readonly color: boolean;
}

const words: Partial<Record<Op, readonly [symbol: string, plan: string, doing: string, done: string]>> = {
  create: ["+", "create", "create", "created"],
  update: ["~", "update", "update", "updated"],
  delete: ["-", "delete", "delete", "deleted"],
  replace: ["+-", "replace", "replace", "replaced"],
  "create-replacement": ["++", "create replacement", "create replacement", "created replacement"],
  "delete-replaced": ["--", "delete original", "delete original", "deleted original"],
  read: [">", "read", "read", "read"],
  "read-replacement": [">>", "read for replacement", "read for replacement", "read for replacement"],
  discard: ["<", "discard", "discard", "discarded"],
  "discard-replaced": ["<<", "discard original", "discard original", "discarded original"],
  refresh: ["~", "refresh", "refresh", "refreshed"],
  import: ["=", "import", "import", "imported"],
};

const titles = {
  preview: "Previewing update",
  update: "Updating",
  refresh: "Refreshing",
  destroy: "Destroying",
};

/** What `pulumi` would print at the end of an operation. */
export function render(display: Display): string {
  const colors = paint(display.color);
  const title = display.dryRun ? previewTitle(display.kind) : titles[display.kind];
  const sections = [
    colors.bold(`${title} (${display.stack}):`),
    display.diff ? details(display, colors) : tree(display, colors),
    diagnostics(display, colors),
    outputs(display, colors),
    summary(display, colors),
    display.dryRun ? "" : colors.bold(`Duration: ${Math.max(1, Math.round(display.seconds))}s`),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

const previewTitle = (kind: Display["kind"]): string =>
  kind === "preview" || kind === "update" ? titles.preview : `Previewing ${kind}`;

/** `pulumi-nodejs:dynamic/gitlab:Environment` is shown as `pulumi-nodejs:dynamic:Environment`, as the CLI does. */
function shortType(type: string): string {
  const [pkg, module = "", name = ""] = type.split(":");
  return name === "" ? type : `${pkg ?? packageOf(type)}:${module.split("/")[0] ?? ""}:${name}`;
}

/** Of the steps for one resource, the one that says what becomes of it. */
function byResource(steps: readonly StepEvent[]): Map<string, StepEvent> {
  const rows = new Map<string, StepEvent>();
  for (const step of steps) {
    const known = rows.get(step.urn);
    if (known === undefined || rank(step) >= rank(known) || known.outcome === "failed")
      rows.set(step.urn, step);
  }
  return rows;
}
const rank = (step: StepEvent): number =>
  ["refresh", "same", "delete-replaced", "create-replacement"].indexOf(step.op) === -1 ? 1 : 0;

const effectiveOp = (step: StepEvent): Op => (step.op === "refresh" ? (step.resultOp ?? "refresh") : step.op);

function tree(display: Display, colors: Paint): string {
  const rows = byResource(display.steps);
  const notes = new Map<string, number>();
  for (const { urn } of display.diagnostics) {
    const key = urn ?? stackUrn(rows);
    notes.set(key, (notes.get(key) ?? 0) + 1);
  }
  const children = new Map<string, StepEvent[]>();
  for (const step of rows.values()) {
    const parent = state(step)?.parent ?? "";
    children.set(parent, [...(children.get(parent) ?? []), step]);
  }
  const table: string[][] = [["", "Type", "Name", display.dryRun ? "Plan" : "Status", "Info"]];
  const visible = (step: StepEvent): boolean =>
    effectiveOp(step) !== "same" ||
    notes.has(step.urn) ||
    step.type === STACK_TYPE ||
    (children.get(step.urn) ?? []).some(visible);
  const visit = (parent: string, indent: string): void => {
    const shown = (children.get(parent) ?? []).filter(visible);
    shown.forEach((step, i) => {
      const last = i === shown.length - 1;
      const branch = parent === "" ? "" : `${indent}${last ? "└─ " : "├─ "}`;
      table.push(row(step, branch, display.dryRun, notes.get(step.urn) ?? 0));
      visit(step.urn, parent === "" ? "" : `${indent}${last ? "   " : "│  "}`);
    });
  };
  visit("", "");
  for (const parent of children.keys()) if (parent !== "" && !rows.has(parent)) visit(parent, "");
  return layout(table, colors);
}

const state = (step: StepEvent): ResourceState | undefined => step.new ?? step.old;
const stackUrn = (rows: ReadonlyMap<string, StepEvent>): string =>
  [...rows.keys()].find((urn) => typeOf(urn) === STACK_TYPE) ?? "";

function row(step: StepEvent, branch: string, dryRun: boolean, notes: number): string[] {
  const op = effectiveOp(step);
  const [symbol = "", plan = "", doing = "", done = ""] = words[op] ?? [];
  const status =
    step.outcome === "failed" ? `**${doing === "" ? step.op : doing} failed**` : dryRun ? plan : done;
  const changed = op === "update" || op === "replace" ? diffInfo(step) : "";
  const messages = notes === 0 ? "" : `${notes} ${notes === 1 ? "message" : "messages"}`;
  return [
    symbol,
    branch + shortType(step.type),
    nameOf(step.urn),
    status,
    [changed, messages].filter(Boolean).join("; "),
  ];
}

function diffInfo(step: StepEvent): string {
  const [before, after] = compared(step);
  const keys = propertyDiff(before, after).map(({ symbol, key }) => `${symbol}${key}`);
  return keys.length === 0 ? "" : `[diff: ${keys.join(",")}]`;
}

/** Drift is seen in what a provider reported, everything else in what was declared. */
function compared(step: StepEvent): [Props, Props] {
  if (step.op === "refresh") return [step.old?.outputs ?? {}, step.new?.outputs ?? {}];
  return [step.old?.inputs ?? {}, step.new?.inputs ?? {}];
}

function layout(table: readonly string[][], colors: Paint): string {
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  return table
    .map((cells, i) => {
      const line = ` ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd();
      return i === 0 ? colors.bold(line) : colors.forSymbol(cells[0] ?? "")(line);
    })
    .join("\n");
}

function details(display: Display, colors: Paint): string {
  const blocks = [...byResource(display.steps).values()]
    .filter((step) => effectiveOp(step) !== "same")
    .map((step) => {
      const [symbol = " ", plan = step.op] = words[effectiveOp(step)] ?? [];
      const id = state(step)?.id ?? "";
      const head = `${symbol} ${step.type}: (${plan})`;
      const facts = [id === "" ? "" : `    [id=${id}]`, `    [urn=${step.urn}]`].filter(Boolean);
      const paintLine = colors.forSymbol(symbol);
      return [
        paintLine(head),
        ...facts,
        ...propertyLines(...compared(step)).map((line) => colors.forSymbol(line.trim()[0] ?? "")(line)),
      ].join("\n");
    });
  return blocks.join("\n");
}

function diagnostics(display: Display, colors: Paint): string {
  const groups = new Map<string, string[]>();
  const stack = stackUrn(byResource(display.steps));
  for (const { urn = stack, severity, message } of display.diagnostics) {
    const text = severity === "error" || severity === "warning" ? `${severity}: ${message}` : message;
    const lines = text.split("\n").map((line) => `    ${line}`);
    groups.set(urn, [...(groups.get(urn) ?? []), lines.join("\n")]);
  }
  if (groups.size === 0) return "";
  const blocks = [...groups].map(([urn, lines]) => {
    const head = urn === "" ? "" : colors.bold(`  ${shortType(typeOf(urn))} (${nameOf(urn)}):\n`);
    return head + lines.join("\n");
  });
  return `${colors.bold("Diagnostics:")}\n${blocks.join("\n\n")}`;
}

function outputs(display: Display, colors: Paint): string {
  const { before, after } = display.outputs;
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  if (keys.length === 0 || display.kind === "refresh") return "";
  const width = Math.max(...keys.map((key) => key.length));
  const lines = keys.map((key) => {
    const [old, now] = [before[key], after[key]];
    const label = key.padEnd(width);
    if (now === undefined) return colors.forSymbol("-")(`  - ${label}: ${shownValue(old ?? null)}`);
    if (old === undefined) return colors.forSymbol("+")(`  + ${label}: ${shownValue(now)}`);
    if (equal(old, now)) return `    ${label}: ${shownValue(now)}`;
    return colors.forSymbol("~")(`  ~ ${label}: ${shownValue(old)} => ${shownValue(now)}`);
  });
  return `${colors.bold("Outputs:")}\n${lines.join("\n")}`;
}

function summary(display: Display, colors: Paint): string {
  const { same = 0, ...changed } = display.changes;
  const lines = Object.entries(changed).map(([op, count]) => {
    const [symbol = "", plan = op, , done = op] = words[op as Op] ?? [];
    const text = `    ${symbol.padEnd(2)}${count} ${display.dryRun ? `to ${plan}` : done}`;
    return colors.forSymbol(symbol)(text);
  });
  const total = Object.values(changed).reduce((sum, count) => sum + count, 0);
  const counted = lines.length > 1 ? `${total} changes` : "";
  const unchanged = same > 0 ? `${same} unchanged` : "";
  const last = [counted, unchanged].filter(Boolean).join(". ");
  if (last !== "") lines.push(`    ${last}`);
  return lines.length === 0 ? "" : `${colors.bold("Resources:")}\n${lines.join("\n")}`;
}
