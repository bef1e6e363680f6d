import { count } from "../text";
import { array, type Code, type Construction, literal, Name, name, object, type Statement } from "./code";
import {
  allProtections,
  type Declaration,
  type Declarations,
  declarations,
  environmentArgs,
  isExact,
  type ProgramOptions,
  type Spelling,
} from "./declarations";
import { type EnvironmentFamily, families, folder, present } from "./environments";
import { identifier, Labels, RESERVED } from "./names";
import { printProgram } from "./print";
import type { Existing, ExistingProject } from "./read";
import { shareLists } from "./shared";

interface Context {
  readonly spelling: Spelling;
  readonly declared: Declarations;
  /** What others depend on, and its variable. */
  readonly variables: ReadonlyMap<Declaration, Name>;
}

/** The program, as text. The same GitLab gives the same text. */
export function writeProgram(existing: Existing, options: ProgramOptions): string {
  const names = new Labels(RESERVED);
  const { connection } = options;
  const containers = nameContainers(existing, names);
  const lists = shareLists(allProtections(existing).filter(isExact), names);
  const spelling: Spelling = {
    container: (path) => containers.codes.get(path) ?? literal(path),
    list: lists.code,
    adopt: name("adopt"),
    connection: connection === undefined ? undefined : name("connection"),
  };
  const declared = declarations(existing, options, spelling);
  const context: Context = { spelling, declared, variables: nameDependencies(declared, names) };
  const statements = [
    ...existing.protections.map((each) => statement(declared.get(each)!, context)),
    ...existing.projects.flatMap((project) => projectStatements(project, context)),
  ];
  return printProgram([
    [{ notes: headerNotes(existing, options) }],
    [{ notes: [], importing: options.door === "native" ? "pulumi-gitlab-cd/native" : "pulumi-gitlab-cd" }],
    ...(existing.protections.length + existing.projects.length > 0 ? [[ADOPT]] : []),
    connection === undefined ? [] : [constant(new Name("connection"), literal(connection))],
    containers.declarations,
    ...lists.declarations.map((each) => [each]),
    ...statements.map((each) => [each]),
  ]);
}

export function headerNotes(existing: Existing, { protect }: ProgramOptions): string[] {
  const { baseUrl, missing } = existing;
  const undecided = allProtections(existing).filter((each) => !isExact(each)).length;
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

/** What is said above a declaration that is not exact. */
export function toDecide({ differences }: Declaration): string {
  return `TO DECIDE. ${differences.join(". ")}. The nearest that can be declared:`;
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
function nameDependencies(declared: Declarations, names: Labels): Map<Declaration, Name> {
  const needed = new Set([...declared.values()].flatMap(({ dependsOn }) => dependsOn));
  return new Map(
    [...needed].map((each) => [each, new Name(names.take(identifier(each.wanted, "protection")))]),
  );
}

function constructionOf(declaration: Declaration, { variables }: Context): Construction {
  const { kind, label, args, dependsOn, protect } = declaration;
  const needed = dependsOn.flatMap((each) => variables.get(each) ?? []).map((each) => ({ name: each }));
  const options = object({
    dependsOn: needed.length === 0 ? undefined : array(needed),
    protect: protect ? literal(true) : undefined,
  });
  return {
    kind: new Name(`gitlab.${kind}`),
    label: literal(label),
    args,
    options: needed.length === 0 && !protect ? undefined : options,
  };
}

function statement(declaration: Declaration, context: Context): Statement {
  const construct = constructionOf(declaration, context);
  return isExact(declaration)
    ? { notes: [], does: { construct, into: context.variables.get(declaration) } }
    : { notes: [toDecide(declaration)], does: { construct }, disabled: true };
}

function projectStatements(project: ExistingProject, context: Context): Statement[] {
  const { declared } = context;
  const needs = new Map(project.environments.map((wire) => [wire, declared.get(wire)!.dependsOn]));
  return [
    ...project.protections.map((each) => statement(declared.get(each)!, context)),
    ...families(project.environments, (wire) => needs.get(wire)!.map(({ label }) => label)).flatMap(
      (family) => {
        const members = family.environments.map((wire) => declared.get(wire)!);
        // A loop names its resources all alike: where one of the names is taken, each is declared on its own.
        const loop = members.length > 1 && members.every(({ label, wanted }) => label === wanted);
        return loop
          ? [loopStatement(project, family, context)]
          : members.map((each) => statement(each, context));
      },
    ),
  ];
}

/** Their resources are named after the environments, as in single declarations. */
function loopStatement(
  project: ExistingProject,
  { environments, shared }: EnvironmentFamily,
  context: Context,
): Statement {
  const [first] = environments;
  const declaration = context.declared.get(first)!;
  const before = declaration.label.slice(0, -first.name.length);
  const urls = environments.some((wire) => wire.external_url);
  const items = environments.map((wire) =>
    urls ? object({ name: literal(wire.name), externalUrl: present(wire.external_url) }) : literal(wire.name),
  );
  const says = { name: name("name"), externalUrl: urls ? name("externalUrl") : undefined };
  const about = folder(first.name);
  return {
    notes:
      about === "review/" ? [`Environments of CI come and go: --exclude '${about}*' leaves these out.`] : [],
    does: {
      each: urls ? [new Name("name"), new Name("externalUrl")] : [new Name("name")],
      unpacked: urls,
      of: array(items),
      construct: {
        ...constructionOf(declaration, context),
        label: { template: { before, name: new Name("name") } },
        args: environmentArgs(project, shared, says, context.spelling),
      },
    },
  };
}
