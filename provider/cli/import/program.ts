import type { WireEnvironment } from "../../gitlab/answer/types";
import { count } from "../text";
import { environmentArgs, protectionArgs } from "./arguments";
import { array, type Code, literal, Name, name, object, type Statement } from "./code";
import { type EnvironmentFamily, families, folder, present } from "./environments";
import { identifier, Labels, RESERVED, shortLabels } from "./names";
import { printProgram } from "./print";
import type { Existing, ExistingProject, ExistingProtection } from "./read";
import { type SharedLists, shareLists } from "./shared";

export interface ProgramOptions {
  /** Whether protections and production environments get Pulumi's `protect`. */
  readonly protect: boolean;
  /** The connection that every resource is to use. */
  readonly connection: string | undefined;
  readonly door: "dynamic" | "native";
}

/** Names that the parts of the program call each other by. */
interface Context extends ProgramOptions {
  readonly existing: Existing;
  readonly lists: SharedLists;
  /** Project path → `shop`. */
  readonly labels: ReadonlyMap<string, string>;
  /** Container path → the code that says it. */
  readonly containers: ReadonlyMap<string, Code>;
  /** Protection → its variable. */
  readonly variables: ReadonlyMap<ExistingProtection, Name>;
  /** Names of resources, one list a class: only there must they differ. */
  readonly logical: { environments: Labels; protections: Labels };
}

const GITLAB = "gitlab";
const ENVIRONMENT = new Name(`${GITLAB}.Environment`);
const PROTECTIONS = {
  group: new Name(`${GITLAB}.GroupProtectedEnvironment`),
  project: new Name(`${GITLAB}.ProjectProtectedEnvironment`),
};

/** The program, as text. The same GitLab gives the same text. */
export function writeProgram(existing: Existing, options: ProgramOptions): string {
  const names = new Labels(RESERVED);
  const all = [...existing.protections, ...existing.projects.flatMap(({ protections }) => protections)];
  const labels = shortLabels(existing.projects.map(({ path }) => path));
  const containers = nameContainers(existing, names);
  const context: Context = {
    ...options,
    existing,
    labels,
    containers: containers.codes,
    variables: nameProtections(existing, labels, names),
    lists: shareLists(all.filter(isExact), names),
    logical: { environments: new Labels(), protections: new Labels() },
  };
  return printProgram([
    [{ notes: headerNotes(existing, options, all.filter((each) => !isExact(each)).length) }],
    [{ notes: [], importing: options.door === "native" ? "pulumi-gitlab-cd/native" : "pulumi-gitlab-cd" }],
    ...(all.length + existing.projects.length > 0 ? [[ADOPT]] : []),
    options.connection === undefined ? [] : [constant(new Name("connection"), literal(options.connection))],
    containers.declarations,
    ...context.lists.declarations.map((each) => [each]),
    ...existing.protections.map((protection) => [protectionStatement(protection, context)]),
    ...existing.projects.flatMap((project) => projectStatements(project, context).map((each) => [each])),
  ]);
}

/** Whether a program can say it as it is. */
export function isExact({ differences }: ExistingProtection): boolean {
  return differences.length === 0;
}

/** What is said above everything. */
export function headerNotes(
  { baseUrl, missing }: Existing,
  { protect }: ProgramOptions,
  undecided: number,
): string[] {
  return [
    `What exists on ${baseUrl.replace(/\/api\/v4$/, "")}, written by "pulumi-gitlab-cd import".`,
    ...(protect
      ? []
      : [
          "Before production depends on it, give protections and production environments the option { protect: true }: Pulumi then refuses to delete them.",
        ]),
    ...(undecided === 0
      ? []
      : [
          `${count(undecided, "protected environment")} cannot be declared as GitLab holds ${undecided === 1 ? "it: it stands" : "them: they stand"} here as a comment that begins with TO DECIDE.`,
        ]),
    ...missing.map((what) => `Not imported: ${what}.`),
  ];
}

const ADOPT: Statement = {
  notes: [
    'Takes over what exists instead of failing on it. After the first "pulumi up" this line can go, and every "adopt" below with it.',
  ],
  does: { declare: new Name("adopt"), value: literal(true) },
};

function constant(declare: Name, value: Code): Statement {
  return { notes: [], does: { declare, value } };
}

/** A path that is said more than once gets a name. */
function nameContainers(
  existing: Existing,
  names: Labels,
): { codes: Map<string, Code>; declarations: Statement[] } {
  const uses = [
    ...existing.protections.filter(isExact).map(({ container }) => container),
    ...existing.projects.flatMap((project) => [
      ...project.protections.filter(isExact).map(() => project.path),
      ...families(project.environments, () => []).map(() => project.path),
    ]),
  ];
  const codes = new Map<string, Code>();
  const declarations: Statement[] = [];
  for (const path of new Set(uses)) {
    if (uses.filter((each) => each === path).length === 1) continue;
    const variable = new Name(names.take(identifier(path)));
    codes.set(path, { name: variable });
    declarations.push(constant(variable, literal(path)));
  }
  return { codes, declarations };
}

/** Only what an environment depends on gets a variable: an unused one is an error in many a project. */
function nameProtections(
  existing: Existing,
  labels: ReadonlyMap<string, string>,
  names: Labels,
): Map<ExistingProtection, Name> {
  const variables = new Map<ExistingProtection, Name>();
  for (const project of existing.projects) {
    for (const environment of project.environments) {
      for (const protection of covering(existing, project, environment)) {
        if (variables.has(protection)) continue;
        const label = labels.get(protection.container) ?? protection.container;
        variables.set(protection, new Name(names.take(identifier(label, protection.name, "protection"))));
      }
    }
  }
  return variables;
}

/** The protections of the program that cover an environment: it is made after them and deleted before them. */
export function covering(
  existing: Existing,
  project: ExistingProject,
  environment: WireEnvironment,
): ExistingProtection[] {
  return [
    ...existing.protections.filter(
      ({ container, name: tier }) => project.path.startsWith(`${container}/`) && tier === environment.tier,
    ),
    ...project.protections.filter((each) => each.name === environment.name),
  ].filter(isExact);
}

function protectionStatement(protection: ExistingProtection, context: Context): Statement {
  const { level, container, differences } = protection;
  const exact = isExact(protection);
  const label = context.labels.get(container) ?? container.replaceAll("/", "-");
  const list = (kind: "deploy" | "approvals"): Code =>
    exact ? context.lists.code(kind, protection[kind]) : { array: protection[kind].items };
  const args = protectionArgs(protection, {
    container: context.containers.get(container) ?? literal(container),
    deploy: list("deploy"),
    approvals: list("approvals"),
    adopt: exact ? name("adopt") : literal("overwrite"),
    connection: connectionOf(context),
  });
  const construct = {
    kind: PROTECTIONS[level],
    label: literal(context.logical.protections.take(`${label}-${protection.name}`, "-")),
    args,
    options: optionsOf([], context.protect),
  };
  if (exact) return { notes: [], does: { construct, into: context.variables.get(protection) } };
  return {
    notes: [`TO DECIDE. ${differences.join(". ")}. The nearest that can be declared:`],
    does: { construct },
    disabled: true,
  };
}

function projectStatements(project: ExistingProject, context: Context): Statement[] {
  const dependencies = (environment: WireEnvironment) =>
    covering(context.existing, project, environment).flatMap((each) => context.variables.get(each) ?? []);
  const texts = (environment: WireEnvironment) => dependencies(environment).map(({ text }) => text);
  return [
    ...project.protections.map((protection) => protectionStatement(protection, context)),
    ...families(project.environments, texts).flatMap((family) => {
      const options = optionsOf(dependencies(family.environments[0]), protects(family, context));
      const labels = family.environments.map((wire) => labelOf(project, wire, context));
      // A loop names its resources all alike: where one of the names is taken, each is declared on its own.
      const loop = labels.length > 1 && !labels.some((each) => context.logical.environments.has(each));
      if (loop) return [loopStatement(project, family, options, context)];
      return family.environments.map((wire) => environmentStatement(project, wire, family, options, context));
    }),
  ];
}

function protects({ environments }: EnvironmentFamily, { protect }: ProgramOptions): boolean {
  return protect && environments[0].tier === "production";
}

function labelOf(project: ExistingProject, wire: WireEnvironment, context: Context): string {
  return `${context.labels.get(project.path) ?? project.path}-${wire.name}`;
}

function environmentStatement(
  project: ExistingProject,
  wire: WireEnvironment,
  family: EnvironmentFamily,
  options: Code | undefined,
  context: Context,
): Statement {
  const label = literal(context.logical.environments.take(labelOf(project, wire, context), "-"));
  const args = argsOf(project, family, context, literal(wire.name), present(wire.external_url));
  return { notes: [], does: { construct: { kind: ENVIRONMENT, label, args, options } } };
}

/** Their resources are named after the environments, as in single declarations. */
function loopStatement(
  project: ExistingProject,
  family: EnvironmentFamily,
  options: Code | undefined,
  context: Context,
): Statement {
  const before = `${context.labels.get(project.path) ?? project.path}-`;
  const urls = family.environments.some((wire) => wire.external_url);
  for (const wire of family.environments) context.logical.environments.take(labelOf(project, wire, context));
  const items = family.environments.map((wire) =>
    urls ? object({ name: literal(wire.name), externalUrl: present(wire.external_url) }) : literal(wire.name),
  );
  const args = argsOf(project, family, context, name("name"), urls ? name("externalUrl") : undefined);
  const about = folder(family.environments[0].name);
  return {
    notes:
      about === "review/" ? [`Environments of CI come and go: --exclude '${about}*' leaves these out.`] : [],
    does: {
      each: urls ? [new Name("name"), new Name("externalUrl")] : [new Name("name")],
      unpacked: urls,
      of: array(items),
      construct: {
        kind: ENVIRONMENT,
        label: { template: { before, name: new Name("name") } },
        args,
        options,
      },
    },
  };
}

function argsOf(
  project: ExistingProject,
  family: EnvironmentFamily,
  context: Context,
  environment: Code,
  externalUrl: Code | undefined,
): Code {
  return environmentArgs({
    project: context.containers.get(project.path) ?? literal(project.path),
    name: environment,
    externalUrl,
    settings: family.shared,
    adopt: name("adopt"),
    connection: connectionOf(context),
  });
}

function connectionOf({ connection }: ProgramOptions): Code | undefined {
  return connection === undefined ? undefined : name("connection");
}

function optionsOf(dependsOn: readonly Name[], protect: boolean): Code | undefined {
  if (dependsOn.length === 0 && !protect) return undefined;
  return object({
    dependsOn: dependsOn.length === 0 ? undefined : array(dependsOn.map((each) => ({ name: each }))),
    protect: protect ? literal(true) : undefined,
  });
}
