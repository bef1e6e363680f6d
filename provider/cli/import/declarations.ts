import { environmentArgs, protectionArgs } from "./arguments";
import { type Code, literal } from "./code";
import { present, settings } from "./environments";
import { Labels, shortLabels } from "./names";
import { covering, isExact, type ProgramOptions } from "./program";
import type { Existing, ExistingProtection } from "./read";

/** A resource as data: for formats that have no loops and whose values are written where they belong. */
export interface Declaration {
  readonly kind: "Environment" | "GroupProtectedEnvironment" | "ProjectProtectedEnvironment";
  /** The name of the resource: the same as in a program. */
  readonly label: string;
  /** The id that it gets. */
  readonly id: string;
  readonly args: Code;
  readonly dependsOn: readonly Declaration[];
  readonly protect: boolean;
  /** Why it cannot be declared as it is, in sentences. */
  readonly differences: readonly string[];
}

export function declarations(existing: Existing, options: ProgramOptions): Declaration[] {
  const labels = shortLabels(existing.projects.map(({ path }) => path));
  const environments = new Labels();
  const protections = new Labels();
  const made = new Map<ExistingProtection, Declaration>();
  const connection = options.connection === undefined ? undefined : literal(options.connection);

  const declare = (protection: ExistingProtection): Declaration => {
    const { level, container, name, differences } = protection;
    const label = labels.get(container) ?? container.replaceAll("/", "-");
    const declaration: Declaration = {
      kind: level === "group" ? "GroupProtectedEnvironment" : "ProjectProtectedEnvironment",
      label: protections.take(`${label}-${name}`, "-"),
      id: `${container}:${name}`,
      args: protectionArgs(protection, {
        container: literal(container),
        deploy: { array: protection.deploy.items },
        approvals: { array: protection.approvals.items },
        adopt: literal(isExact(protection) ? true : "overwrite"),
        connection,
      }),
      dependsOn: [],
      protect: options.protect,
      differences,
    };
    made.set(protection, declaration);
    return declaration;
  };

  return [
    ...existing.protections.map(declare),
    ...existing.projects.flatMap((project) => [
      ...project.protections.map(declare),
      ...project.environments.map((wire): Declaration => ({
        kind: "Environment",
        label: environments.take(`${labels.get(project.path) ?? project.path}-${wire.name}`, "-"),
        id: `${project.path}:${wire.id}`,
        args: environmentArgs({
          project: literal(project.path),
          name: literal(wire.name),
          externalUrl: present(wire.external_url),
          settings: settings(wire),
          adopt: literal(true),
          connection,
        }),
        dependsOn: covering(existing, project, wire).flatMap((each) => made.get(each) ?? []),
        protect: options.protect && wire.tier === "production",
        differences: [],
      })),
    ]),
  ];
}
