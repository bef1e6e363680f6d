import { squashed } from "../../fields/check";
import { isObject } from "../../fields/compound";
import { type Failure, show } from "../../fields/schema";
import { isUnknown } from "../../fields/unknowns";
import type { ApprovalRule } from "./entries";
import { duplicates, LEVELS, LEVELS_IN_WORDS, type ListName, type SubjectField, SUBJECTS } from "./subjects";

/** Users, groups and roles are no secrets. */
const shown = (value: unknown): string => show(value, true);

/** What `check` hands on: the same list in the same order, defaults filled in, unknowns where they were. */
export interface CheckedList {
  readonly value: unknown;
  readonly failures: readonly Failure[];
}

/** What people write instead, beside other spellings of the same words: other tools' words, and `group` (gitlab.com/gitlab-org/gitlab/-/issues/571703). */
const MISSPELT: Readonly<Record<string, string>> = {
  group: "groupPath or groupId",
  user: "username or userId",
  level: "accessLevel",
  role: "accessLevel",
  requiredApprovalCount: "requiredApprovals",
  required_approval_count: "requiredApprovals",
  approvals: "requiredApprovals",
  approvalsRequired: "requiredApprovals",
  approvals_required: "requiredApprovals",
  inheritance: "groupInheritanceType",
  // A service account is a user like any other.
  serviceAccountId: "userId",
  service_account_id: "userId",
};

/** What other resources take and these endpoints do not. https://docs.gitlab.com/api/protected_environments/#protect-a-single-environment */
const NOT_TAKEN: Readonly<Record<string, string>> = {
  memberRoleId:
    "GitLab gives access to environments by role, user or group; of a custom role name the users or a group",
  deployKeyId:
    "GitLab does not let deploy keys deploy to a protected environment; name a role, a user or a group",
  accessLevelDescription: "GitLab makes it from the entry; leave it out",
  id: "GitLab numbers the entries itself; leave it out, entries are told apart by their subject",
};

/** Checks one list as the program declares it. `undefined` and `null` are an absent list. */
export function checkEntries(value: unknown, list: ListName): CheckedList {
  if (isUnknown(value)) return { value, failures: [] };
  if (value == null) return { value: undefined, failures: list === "deployAccessLevels" ? [nobody()] : [] };
  if (!Array.isArray(value)) {
    return {
      value,
      failures: [{ property: list, reason: `must be a list of entries, not ${shown(value)}` }],
    };
  }
  if (value.length === 0 && list === "deployAccessLevels") return { value, failures: [nobody()] };
  const failures: Failure[] = [];
  const entries = value.map((entry: unknown, i) => checkEntry(entry, list, `${list}[${i}]`, failures));
  failures.push(...duplicates(entries, list));
  // No rules and an empty list of rules are the same declaration, and get the same inputs.
  return { value: entries.length === 0 ? undefined : entries, failures };
}

function nobody(): Failure {
  return {
    property: "deployAccessLevels",
    reason: "must hold at least one entry: GitLab refuses a protection under which nobody may deploy",
  };
}

function checkEntry(entry: unknown, list: ListName, at: string, failures: Failure[]): unknown {
  if (isUnknown(entry)) return entry;
  if (!isObject(entry)) {
    failures.push({
      property: at,
      reason: `must be an object such as { accessLevel: 40 }, not ${shown(entry)}`,
    });
    return entry;
  }
  const declared = Object.fromEntries(Object.entries(entry).filter(([, value]) => value != null));
  const fail = (field: string, reason: string) => failures.push({ property: `${at}${field}`, reason });
  const refused = Object.keys(declared).flatMap((key) => {
    const reason = refusedKey(key, list);
    return reason === undefined ? [] : [{ property: `${at}.${key}`, reason }];
  });
  failures.push(...refused);
  const subjects = SUBJECTS.filter((field) => declared[field] !== undefined);
  const known = subjects.filter((field) => !isUnknown(declared[field]));
  // Of two, one that is unknown yet may turn out to be undefined.
  if (known.length > 1) fail("", `has ${known.join(" and ")}; ${cureOfTwo(known)}`);
  // A misspelt key was most likely meant to be the subject.
  else if (subjects.length === 0 && refused.length === 0)
    fail("", `names no subject: give exactly one of ${SUBJECTS.join(", ")}`);
  for (const field of known) {
    const reason = FIELD_RULES[field](declared[field]);
    if (reason !== undefined) fail(`.${field}`, reason);
  }
  checkCounts(declared, list, fail);
  return withDefaults(numbered(declared), list);
}

/** The entries of a resource's outputs have both the declared name and the id that was found for it. */
function cureOfTwo(known: readonly SubjectField[]): string {
  const sameOne = known.length === 2 && known[0]!.slice(0, 4) === known[1]!.slice(0, 4);
  return sameOne
    ? `both say who; leave one of the two out`
    : "an entry names exactly one subject, so split it";
}

/** Other providers give ids as strings. */
function numbered(declared: Record<string, unknown>): Record<string, unknown> {
  const ids = (["userId", "groupId"] as const).filter((field) => isDigits(declared[field]));
  return { ...declared, ...Object.fromEntries(ids.map((field) => [field, Number(declared[field])])) };
}

function isDigits(value: unknown): value is string {
  return typeof value === "string" && /^\d+$/.test(value);
}

function refusedKey(key: string, list: ListName): string | undefined {
  if ((SUBJECTS as readonly string[]).includes(key) || key === "groupInheritanceType") return undefined;
  if (key === "requiredApprovals") {
    return list === "approvalRules"
      ? undefined
      : "belongs into an entry of approvalRules; a deploy access level has no count";
  }
  const fields = [
    ...SUBJECTS,
    "groupInheritanceType",
    ...(list === "approvalRules" ? ["requiredApprovals"] : []),
  ];
  const meant = own(MISSPELT, key) ?? fields.find((field) => squashed(field) === squashed(key));
  if (meant !== undefined && (meant !== "requiredApprovals" || list === "approvalRules"))
    return `is not a field of an access entry; did you mean ${meant}?`;
  const reason = Object.keys(NOT_TAKEN).find((field) => squashed(field) === squashed(key));
  if (reason !== undefined) return `is not a field of an access entry: ${own(NOT_TAKEN, reason)}`;
  return `is not a field of an access entry; there are ${fields.join(", ")}`;
}

function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function checkCounts(
  declared: Readonly<Record<string, unknown>>,
  list: ListName,
  fail: (field: string, reason: string) => void,
): void {
  const inheritance = declared["groupInheritanceType"];
  if (inheritance !== undefined && !isUnknown(inheritance) && inheritance !== 0 && inheritance !== 1) {
    fail(
      ".groupInheritanceType",
      `must be 0 (direct members) or 1 (inherited members too), not ${shown(inheritance)}`,
    );
  } else if (inheritance !== undefined && !mayNameAGroup(declared)) {
    fail(
      ".groupInheritanceType",
      "says which members of a group count; beside a role or a user it means nothing",
    );
  }
  const count = declared["requiredApprovals"];
  if (list !== "approvalRules" || count === undefined || isUnknown(count)) return;
  if (!isInteger(count) || count < 1 || count > 5) {
    fail(".requiredApprovals", `must be a whole number from 1 to 5, not ${shown(count)}`);
  } else if (count > 1 && (declared["userId"] !== undefined || declared["username"] !== undefined)) {
    fail(
      ".requiredApprovals",
      `must be 1 for a user: one person approves once, so ${count} could never be reached`,
    );
  }
}

/** A subject that is unknown yet may turn out to be undefined, or to be a group. */
function mayNameAGroup(declared: Readonly<Record<string, unknown>>): boolean {
  if (declared["groupId"] !== undefined || declared["groupPath"] !== undefined) return true;
  return !SUBJECTS.some((field) => declared[field] !== undefined && !isUnknown(declared[field]));
}

function withDefaults(declared: Record<string, unknown>, list: ListName): ApprovalRule {
  const group = declared["groupId"] !== undefined || declared["groupPath"] !== undefined;
  return {
    ...(group ? { groupInheritanceType: 0 } : {}),
    ...(list === "approvalRules" ? { requiredApprovals: 1 } : {}),
    ...declared,
  };
}

const FIELD_RULES: Readonly<Record<SubjectField, (value: unknown) => string | undefined>> = {
  accessLevel: (value) =>
    isInteger(value) && LEVELS.includes(value)
      ? undefined
      : `must be ${LEVELS_IN_WORDS}, not ${shown(value)}`,
  userId: (value) => (isId(value) ? undefined : `must be a user's numeric id, not ${shown(value)}`),
  groupId: (value) => (isId(value) ? undefined : `must be a group's numeric id, not ${shown(value)}`),
  username: (value) =>
    typeof value === "string" && /^[^\s@/]+$/.test(value)
      ? undefined
      : `must be a user name without "@" and spaces, not ${shown(value)}`,
  groupPath: (value) => {
    if (typeof value !== "string" || !/^[^\s/]+(\/[^\s/]+)*$/.test(value)) {
      return `must be a full path such as acme/qa, not ${shown(value)}`;
    }
    return /^\d+$/.test(value) ? `is a number; give it as groupId: ${value}` : undefined;
  },
};

function isId(value: unknown): boolean {
  const id = isDigits(value) ? Number(value) : value;
  return isInteger(id) && id > 0;
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
