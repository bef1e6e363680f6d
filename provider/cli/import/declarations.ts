import type { WireEnvironment } from "../../gitlab/answer/types";
import { type Code, literal, object } from "./code";
import type { EntryList } from "./entries";
import { present, settings } from "./environments";
import { Labels, shortLabels } from "./names";
import type { Existing, ExistingProject, ExistingProtection } from "./read";

export interface ProgramOptions {
  /** Whether protections and production environments get Pulumi's `protect`. */
  readonly protect: boolean;
  /** The connection that every resource is to use. */
  readonly connection: string | undefined;
  readonly door: "dynamic" | "native";
}

/** A resource as every format writes it. */
export interface Declaration {
  readonly kind: "Environment" | "GroupProtectedEnvironment" | "ProjectProtectedEnvironment";
  /** The name of the resource: the same in every format. */
  readonly label: string;
  /** What it would be if nothing else had that name. */
  readonly wanted: string;
  readonly id: string;
  readonly args: Code;
  /** It is made after them and deleted before them. */
  readonly dependsOn: readonly Declaration[];
  readonly protect: boolean;
  /** Why it cannot be declared as it is, in sentences. */
  readonly differences: readonly string[];
}

/** How a format says what several resources have in common. */
export interface Spelling {
  readonly container: (path: string) => Code;
  readonly list: (kind: "deploy" | "approvals", list: EntryList) => Code;
  readonly adopt: Code;
  readonly connection: Code | undefined;
}

const inline = (_kind: string, { items }: EntryList): Code => ({ array: items });

/** Every value where it belongs: for formats without variables. */
const inPlace = ({ connection }: ProgramOptions): Spelling => ({
  container: literal,
  list: inline,
  adopt: literal(true),
  connection: connection === undefined ? undefined : literal(connection),
});

export type Declarations = ReadonlyMap<ExistingProtection | WireEnvironment, Declaration>;

/** By what they declare: protections of groups, then project by project its protections and environments. */
export function declarations(
  existing: Existing,
  options: ProgramOptions,
  spelling: Spelling = inPlace(options),
): Declarations {
  const labels = shortLabels(existing.projects.map(({ path }) => path));
  const environments = new Labels();
  const protections = new Labels();
  const made = new Map<ExistingProtection | WireEnvironment, Declaration>();

  const protect = (protection: ExistingProtection): void => {
    const { level, container, name, differences } = protection;
    const wanted = `${labels.get(container) ?? container.replaceAll("/", "-")}-${name}`;
    made.set(protection, {
      kind: level === "group" ? "GroupProtectedEnvironment" : "ProjectProtectedEnvironment",
      label: protections.take(wanted, "-"),
      wanted,
      id: `${container}:${name}`,
      args: protectionArgs(protection, spelling),
      dependsOn: [],
      protect: options.protect,
      differences,
    });
  };

  existing.protections.forEach(protect);
  for (const project of existing.projects) {
    project.protections.forEach(protect);
    for (const wire of project.environments) {
      const wanted = `${labels.get(project.path) ?? project.path}-${wire.name}`;
      const says = { name: literal(wire.name), externalUrl: present(wire.external_url) };
      made.set(wire, {
        kind: "Environment",
        label: environments.take(wanted, "-"),
        wanted,
        id: `${project.path}:${wire.id}`,
        args: environmentArgs(project, settings(wire), says, spelling),
        dependsOn: covering(existing, project, wire).flatMap((each) => made.get(each) ?? []),
        protect: options.protect && wire.tier === "production",
        differences: [],
      });
    }
  }
  return made;
}

/** Whether a program can say it as it is. */
export function isExact({ differences }: Pick<Declaration, "differences">): boolean {
  return differences.length === 0;
}

export function allProtections({ protections, projects }: Existing): ExistingProtection[] {
  return [...protections, ...projects.flatMap((project) => project.protections)];
}

function covering(
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

function protectionArgs(protection: ExistingProtection, spelling: Spelling): Code {
  const { level, container, name, deploy, approvals } = protection;
  const exact = isExact(protection);
  const list = exact ? spelling.list : inline;
  return object(
    {
      [level]: spelling.container(container),
      name: literal(name),
      deployAccessLevels: list("deploy", deploy),
      approvalRules: approvals.items.length === 0 ? undefined : list("approvals", approvals),
      adopt: exact ? spelling.adopt : literal("overwrite"),
      connection: spelling.connection,
    },
    true,
  );
}

export function environmentArgs(
  { path }: ExistingProject,
  { tier, ...settings }: Readonly<Record<string, Code | undefined>>,
  { name, externalUrl }: { readonly name: Code; readonly externalUrl: Code | undefined },
  { container, adopt, connection }: Spelling,
): Code {
  return object({ project: container(path), name, tier, externalUrl, ...settings, adopt, connection }, true);
}
