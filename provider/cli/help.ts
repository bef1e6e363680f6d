import type { Command, CommandSpec, Options } from "./spec";
import { filled } from "./text";

/** Narrow enough for a terminal beside an editor, wide enough for an option's sentence. */
const WIDTH = 118;
const GAP = 2;

export function helpOf(spec: CommandSpec<Options>): string {
  const options = Object.entries(spec.options).map(
    ([name, { short, value, help }]) =>
      [
        `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`,
        help,
      ] as const,
  );
  const variables = Object.entries(spec.environment);
  const examples = spec.examples.map((line) => `  pulumi-gitlab-cd ${line}`);
  const sections = [
    `Usage: pulumi-gitlab-cd ${spec.name} ${spec.usage}`,
    ...spec.about.map((text) => filled(text.split(" "), WIDTH).join("\n")),
    columns(options),
    titled("Exit codes:", columns(Object.entries(spec.exits))),
    ...(variables.length === 0 ? [] : [titled("Environment:", columns(variables))]),
    ...(examples.length === 0 ? [] : [titled("Examples:", examples.join("\n"))]),
  ];
  return `${sections.join("\n\n")}\n`;
}

export function overview(commands: readonly Command[]): string {
  const list = columns(commands.map(({ name, summary }) => [name, summary] as const));
  return [
    "Usage: pulumi-gitlab-cd <command> [options]",
    titled("Commands:", list),
    "  pulumi-gitlab-cd <command> --help says more. --version prints the version.\n",
  ].join("\n\n");
}

function titled(title: string, text: string): string {
  return `${title}\n${text}`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const left = Math.max(...rows.map(([word]) => word.length));
  const indent = 2 + left + GAP;
  return rows
    .flatMap(([word, text]) =>
      filled(text.split(" "), WIDTH - indent).map(
        (line, i) => `  ${(i === 0 ? word : "").padEnd(left + GAP)}${line}`,
      ),
    )
    .join("\n");
}
