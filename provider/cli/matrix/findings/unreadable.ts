import type { Facts } from "../../../effective/facts";
import { grouped } from "../../../lifecycle/grouped";
import type { Finding, Found } from "../model";

/** From so many on they are one finding: without a licence for protected environments it is every project. */
const SAME_TROUBLE = 5;

export function unreadable(facts: Facts): (Found & { path: string; level: Finding["level"] })[] {
  const lists = [
    ...[...facts.groups.values()].map(({ path, rules }) => ({
      path: path ?? "",
      list: rules,
      what: "rules",
      role: "Owner of the group",
      level: "group" as const,
    })),
    ...facts.projects.flatMap(({ path, environments, rules }) => [
      { path, list: environments, what: "environments", role: "Reporter", level: "project" as const },
      { path, list: rules, what: "rules", role: "Maintainer", level: "project" as const },
    ]),
  ];
  const troubles = lists.flatMap(({ list, ...place }) =>
    list === undefined || "items" in list ? [] : [{ ...place, refused: list.refused }],
  );
  const alike = grouped(troubles, ({ what, role, refused }) => what + role + refused);
  return [...alike.values()].flatMap((same) => {
    const [{ what, role, level, refused }] = same;
    const paths = same.map(({ path }) => path).sort();
    const one = paths.length >= SAME_TROUBLE;
    const others = one
      ? ` It is the same for ${paths.length - 1} others, such as ${paths.slice(1, 4).join(", ")}.`
      : "";
    return (one ? paths.slice(0, 1) : paths).map((path) => ({
      path,
      level,
      code: "unreadable" as const,
      severity: "warning" as const,
      detail: what,
      reason: `its ${what} cannot be read (${refused}), so this matrix may show less protection than there is.${others}`,
      fix: `Use a token with the role ${role} and the scope read_api. On GitLab Free there are no protected environments.`,
    }));
  });
}
