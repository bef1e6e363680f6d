import fc from "fast-check";
import { it } from "vitest";

import { gitlab18 } from "../../testing/emulator";
import { atGitLab, live, readStrictly, type Props } from "./strictly";

readStrictly();

const subjects = fc.constantFrom<Props>(
  { accessLevel: 30 },
  { accessLevel: 40 },
  { username: "dana" },
  { username: "olivia" },
  { groupPath: "acme/release" },
  { groupPath: "acme/qa" },
);
const entries = (minLength: number, counted: boolean) =>
  fc.uniqueArray(
    fc.tuple(subjects, fc.integer({ min: 1, max: 5 })).map(([subject, requiredApprovals]): Props => {
      const counts = counted && !("username" in subject);
      return { ...subject, ...(counts && { requiredApprovals }) };
    }),
    {
      minLength,
      maxLength: 4,
      selector: ({ requiredApprovals: _, ...subject }) => JSON.stringify(subject),
    },
  );
const protections = fc.array(
  fc.record({ deployAccessLevels: entries(1, false), approvalRules: entries(0, true) }),
  {
    minLength: 1,
    maxLength: 4,
  },
);

it.each([
  ["group", {}],
  ["group", gitlab18],
  ["project", {}],
  ["project", gitlab18],
] as const)(
  "passes for protections of a %s",
  async (level, switches) => {
    const [kind, place] =
      level === "group"
        ? (["groupProtectedEnvironment", { group: "acme", name: "production" }] as const)
        : (["projectProtectedEnvironment", { project: "acme/shop", name: "review/x.y" }] as const);
    await fc.assert(
      fc.asyncProperty(protections, (declarations) =>
        atGitLab(switches, () =>
          live(
            kind,
            declarations.map((each) => ({ ...place, ...each })),
          ),
        ),
      ),
      { numRuns: 10 },
    );
  },
  600_000,
);
