import type { WireEnvironment } from "../../gitlab/answer/types";
import {
  array,
  assigned,
  type Code,
  comment,
  literal,
  object,
  paragraph,
  print,
  raw,
  templatePart,
} from "./code";
import { type EnvironmentFamily, families, folder, present } from "./environments";
import { identifier, Names, RESERVED, shortLabels } from "./names";
import type { Existing, ExistingProject, ExistingProtection } from "./read";
import { type SharedLists, shareLists } from "./shared";

/** Names that the parts of the program call each other by. */
interface Context {
  readonly existing: Existing;
  readonly lists: SharedLists;
  /** Project path → `shop`. */
  readonly labels: ReadonlyMap<string, string>;
  /** Container path → the code that says it. */
  readonly containers: ReadonlyMap<string, Code>;
  /** Protection → its variable. */
  readonly variables: ReadonlyMap<ExistingProtection, string>;
  /** Names of resources, one list a class: only there must they differ. */
  readonly logical: { environments: Names; protections: Names };
}

/** The program, as text. The same GitLab gives the same text. */
export function writeProgram(existing: Existing): string {
  const names = new Names(RESERVED);
  const all = [...existing.protections, ...existing.projects.flatMap((project) => project.protections)];
  const labels = shortLabels(existing.projects.map((project) => project.path));
  const containers = nameContainers(existing, names);
  const context: Context = {
    existing,
    labels,
    containers: containers.codes,
    variables: nameProtections(existing, labels, names),
    lists: shareLists(all, names),
    logical: { environments: new Names(), protections: new Names() },
  };
  const blocks = [
    header(existing),
    'import * as gitlab from "pulumi-gitlab-cd";',
    ...(all.length + existing.projects.length > 0 ? [ADOPT] : []),
    containers.declarations.join("\n"),
    ...context.lists.declarations,
    ...existing.protections.map((protection) => protectionBlock(protection, context)),
    ...existing.projects.flatMap((project) => projectBlocks(project, context)),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function header({ baseUrl, missing }: Existing): string {
  const said = [
    `What exists on ${baseUrl.replace(/\/api\/v4$/, "")}, written by "pulumi-gitlab-cd import".`,
    "Before production depends on it, give protections and production environments the option { protect: true }: " +
      "Pulumi then refuses to delete them.",
    ...missing.map((what) => `Not imported: ${what}.`),
  ];
  return said.flatMap((text) => paragraph(text).map(comment)).join("\n");
}

const ADOPT = [
  ...paragraph(
    'Takes over what exists instead of failing on it. After the first "pulumi up" this line can go, and every "adopt" below with it.',
  ).map(comment),
  "const adopt = true;",
].join("\n");

/** A path that is said more than once gets a name. */
function nameContainers(
  existing: Existing,
  names: Names,
): { codes: Map<string, Code>; declarations: string[] } {
  const uses = [
    ...existing.protections.map(({ container }) => container),
    ...existing.projects.flatMap((project) => [
      ...project.protections.map(() => project.path),
      ...families(project.environments, () => []).map(() => project.path),
    ]),
  ];
  const codes = new Map<string, Code>();
  const declarations: string[] = [];
  for (const path of new Set(uses)) {
    const often = uses.filter((each) => each === path).length > 1;
    const name = often ? names.take(identifier(path)) : undefined;
    codes.set(path, name === undefined ? literal(path) : raw(name));
    if (name !== undefined) declarations.push(`${assigned(`const ${name} =`, literal(path), "")};`);
  }
  return { codes, declarations };
}

/** Only what an environment depends on gets a variable: an unused one is an error in many a project. */
function nameProtections(
  existing: Existing,
  labels: ReadonlyMap<string, string>,
  names: Names,
): Map<ExistingProtection, string> {
  const variables = new Map<ExistingProtection, string>();
  for (const project of existing.projects) {
    for (const environment of project.environments) {
      for (const protection of covering(existing, project, environment)) {
        if (variables.has(protection)) continue;
        const label = labels.get(protection.container) ?? protection.container;
        variables.set(protection, names.take(identifier(label, protection.name, "protection")));
      }
    }
  }
  return variables;
}

/** The protections of the program that cover an environment: it is made after them and deleted before them. */
function covering(
  existing: Existing,
  project: ExistingProject,
  environment: WireEnvironment,
): ExistingProtection[] {
  return [
    ...existing.protections.filter(
      ({ container, name }) => project.path.startsWith(`${container}/`) && name === environment.tier,
    ),
    ...project.protections.filter(({ name }) => name === environment.name),
  ];
}

function protectionBlock(protection: ExistingProtection, context: Context): string {
  const { level, container, name, legacyCount } = protection;
  const label = context.labels.get(container) ?? container.replaceAll("/", "-");
  const args = object(
    {
      [level]: context.containers.get(container) ?? literal(container),
      name: literal(name),
      deployAccessLevels: context.lists.code("deploy", protection.deploy),
      approvalRules:
        protection.approvals.items.length === 0
          ? undefined
          : context.lists.code("approvals", protection.approvals),
      adopt: raw("adopt"),
    },
    true,
  );
  const kind = level === "group" ? "GroupProtectedEnvironment" : "ProjectProtectedEnvironment";
  const logical = context.logical.protections.take(`${label}-${name}`, "-");
  const variable = context.variables.get(protection);
  const made = statement(
    variable === undefined ? "" : `const ${variable} = `,
    kind,
    literal(logical),
    [args],
    "",
  );
  const legacy =
    legacyCount === 0
      ? []
      : paragraph(
          `GitLab still asks for ${legacyCount} approval${legacyCount === 1 ? "" : "s"} here in the old way, which cannot be declared. ` +
            `Say them as approvalRules: the first change would erase them.`,
        ).map(comment);
  return [...legacy, made].join("\n");
}

function projectBlocks(project: ExistingProject, context: Context): string[] {
  const dependencies = (environment: WireEnvironment) =>
    covering(context.existing, project, environment).flatMap((each) => context.variables.get(each) ?? []);
  return [
    ...project.protections.map((protection) => protectionBlock(protection, context)),
    ...families(project.environments, dependencies).flatMap((family) => {
      const options = dependencies(family.environments[0]).map((name) => raw(name));
      const names = family.environments.map((wire) => logicalName(project, wire, context));
      // A loop names its resources all alike: where one of the names is taken, each is declared on its own.
      const loop = names.length > 1 && !names.some((name) => context.logical.environments.has(name));
      if (loop) return [loopBlock(project, family, options, context)];
      return family.environments.map((wire) => environmentBlock(project, wire, family, options, context));
    }),
  ];
}

function logicalName(project: ExistingProject, wire: WireEnvironment, context: Context): string {
  return `${context.labels.get(project.path) ?? project.path}-${wire.name}`;
}

function environmentBlock(
  project: ExistingProject,
  wire: WireEnvironment,
  family: EnvironmentFamily,
  dependsOn: readonly Code[],
  context: Context,
): string {
  const logical = context.logical.environments.take(logicalName(project, wire, context), "-");
  const args = environmentArgs(project, family, context, literal(wire.name), present(wire.external_url));
  return statement("", "Environment", literal(logical), [args, ...optionsOf(dependsOn)], "");
}

/** Their resources are named after the environments, as in single declarations. */
function loopBlock(
  project: ExistingProject,
  family: EnvironmentFamily,
  dependsOn: readonly Code[],
  context: Context,
): string {
  const label = context.labels.get(project.path) ?? project.path;
  const urls = family.environments.some((wire) => wire.external_url);
  for (const wire of family.environments)
    context.logical.environments.take(logicalName(project, wire, context));
  const items = family.environments.map((wire) =>
    urls ? object({ name: literal(wire.name), externalUrl: present(wire.external_url) }) : literal(wire.name),
  );
  const head = `for (const ${urls ? "{ name, externalUrl }" : "name"} of `;
  const args = environmentArgs(project, family, context, raw("name"), urls ? raw("externalUrl") : undefined);
  const inner = statement(
    "",
    "Environment",
    raw(`\`${templatePart(label)}-\${name}\``),
    [args, ...optionsOf(dependsOn)],
    "  ",
  );
  const about = folder(family.environments[0]?.name ?? "");
  const said =
    about === "" ? [] : [comment(`Environments of CI come and go: --exclude '${about}*' leaves these out.`)];
  return [
    ...(about === "review/" ? said : []),
    `${head}${print(array(items), "", head.length, 3)}) {`,
    `  ${inner}`,
    "}",
  ].join("\n");
}

function environmentArgs(
  project: ExistingProject,
  family: EnvironmentFamily,
  context: Context,
  name: Code,
  externalUrl: Code | undefined,
): Code {
  const { tier, ...rest } = family.shared;
  return object(
    {
      project: context.containers.get(project.path) ?? literal(project.path),
      name,
      tier,
      externalUrl,
      ...rest,
      adopt: raw("adopt"),
    },
    true,
  );
}

function optionsOf(dependsOn: readonly Code[]): Code[] {
  return dependsOn.length === 0 ? [] : [object({ dependsOn: array(dependsOn) })];
}

/** `new gitlab.X("name", {…});` with the last argument hugged, or every argument on its own lines where there are options. */
function statement(head: string, kind: string, name: Code, rest: readonly Code[], indent: string): string {
  const begin = `${head}new gitlab.${kind}(`;
  const [args, ...options] = rest;
  if (args === undefined) return "";
  const flatName = print(name, indent, 0);
  const hugged = `${begin}${flatName}, {`;
  if (options.length === 0 && indent.length + hugged.length <= 80) {
    return `${begin}${flatName}, ${print(args, indent, 80)});`;
  }
  const deeper = `${indent}  `;
  const lines = [name, ...rest].map((code) => `${deeper}${print(code, deeper, deeper.length)},`);
  return [begin, ...lines, `${indent});`].join("\n");
}
