import { protection } from "../entities/protection";
import { created, noContent, ok, refuse } from "../http/answers";
import type { Call, Endpoint } from "../http/endpoint";
import { endpoint } from "../http/endpoint";
import type { Raw } from "../http/form";
import { asKind } from "../http/coerce";
import { isRecord } from "../http/form";
import { page, paging } from "../http/pages";
import type { WholeRule } from "../http/params";
import { boolean, integer, listOf, oneOf, required, string, withDefault } from "../http/params";
import { asRef } from "../model/access";
import { tiers } from "../model/naming";
import type { ContainerRef, ProtectionRow } from "../model/rows";
import { Role } from "../model/rows";
import { keyOf } from "../model/store";
import type { Store } from "../model/store";
import { groupOfPath, mustHold, projectOf, unmodified } from "../rules/guards";
import { createProtection, findProtection, updateProtection } from "../rules/protectionModel";

/** Both levels share everything but who may, what a name is, and a few sentences. */
interface Level {
  readonly base: string;
  /** Finds the container and checks the role: all before any parameter is looked at. */
  readonly enter: (call: Call<unknown>) => ContainerRef;
  readonly alreadyThere: (name: string) => string;
  readonly tiersOnly: boolean;
  /** The group's PUT fills in 0 for the deprecated count, and so overwrites an old one. */
  readonly resetsCount: boolean;
}

const subject = {
  access_level: oneOf(integer, [20, 30, 40, 60]),
  user_id: integer,
  group_id: integer,
  group_inheritance_type: oneOf(integer, [0, 1]),
};
const nested = { id: integer, _destroy: boolean };
const rule = { ...subject, ...nested, required_approvals: withDefault(integer, 1) };

const groupLevel: Level = {
  base: "/groups/:id/protected_environments",
  enter: (call) => {
    const group = asRef("group", groupOfPath(call));
    mustHold(call, group, Role.Owner);
    checkLicence(call.store);
    return group;
  },
  alreadyThere: (name) => `Protected environment '${name}' already exists`,
  tiersOnly: true,
  resetsCount: true,
};

const projectLevel: Level = {
  base: "/projects/:id/protected_environments",
  enter: (call) => {
    const project = projectOf(call);
    mustHold(call, asRef("project", project), Role.Maintainer);
    if (!project.ciEnabled) throw refuse.forbidden();
    checkLicence(call.store);
    return asRef("project", project);
  },
  alreadyThere: (name) => `Environment '${name}' is already protected`,
  tiersOnly: false,
  resetsCount: false,
};

/** Nobody has seen what an unlicensed instance says; the source asks for no licence here. */
function checkLicence(store: Store): void {
  if (store.switches.licensed || store.switches.unlicensedAnswer === "accepts") return;
  throw store.switches.unlicensedAnswer === "missing" ? refuse.notFound() : refuse.forbidden();
}

const isTier = (name: string): boolean => (tiers as readonly string[]).includes(name);

/** The group level knows only tiers; newest versions say so before looking. The name of a path counts, too. */
const nameRule =
  (level: Level): WholeRule =>
  ({ name }, store) => {
    const wrong = level.tiersOnly && !(typeof name === "string" && isTier(name));
    return wrong && store.switches.groupNameCheck === "invalid" ? ["name does not have a valid value"] : [];
  };

function found(level: Level, call: Call<unknown>): ProtectionRow {
  const name = call.path["name"] ?? "";
  const row = findProtection(call.store, level.enter(call), name);
  if (row === undefined) throw refuse.noRecord();
  return row;
}

function refuseDeprecatedCount(count: number | null | undefined): void {
  if ((count ?? 0) > 0) {
    throw refuse.unprocessable(
      "Parameter 'required_approval_count' is deprecated and shouldn't be used. See https://gitlab.com/groups/gitlab-org/-/epics/9662",
    );
  }
}

/**
 * A rule names a subject, beside an id too; null counts as a name. Only a list of nothing but `_destroy` may leave them
 * out, and up to 18.x not even that. The oldest versions wanted exactly one key.
 */
function subjectRule(store: Store, element: Raw, name: string): string[] {
  const wanted = store.switches.approvalRuleDestroyNeedsSubject;
  const keys = ["access_level", "user_id", "group_id"];
  const present = keys.filter((key) => key in element).length;
  const all = keys.map((key) => `${name}[${key}]`).join(", ");
  if (wanted === "exactly-one" && present > 1) return [`${all} are mutually exclusive`];
  const how = wanted === "exactly-one" ? "exactly one parameter" : "at least one parameter";
  return present === 0 ? [`${all} are missing, ${how} must be provided`] : [];
}

const bySubject: WholeRule = (params, store) => {
  const rules: unknown[] = Array.isArray(params["approval_rules"]) ? params["approval_rules"] : [];
  if (!store.switches.approvalRules) return [];
  const destroys = (each: unknown) => isRecord(each) && asKind("boolean", each["_destroy"]) === true;
  if (store.switches.approvalRuleDestroyNeedsSubject === false && rules.every(destroys)) return [];
  return rules.flatMap((element, i) =>
    isRecord(element) ? subjectRule(store, element, `approval_rules[${i}]`) : [],
  );
};

const before = (level: Level) => ({
  who: "anyone" as const,
  enterprise: true as const,
  before: (call: Call) => void level.enter(call),
});

function list(level: Level): Endpoint {
  return endpoint("GET", level.base, { ...before(level), params: paging }, (call) => {
    const rows = [...call.store.protections.where("container", keyOf(level.enter(call)))];
    rows.sort((a, b) => (a.name < b.name ? -1 : 1));
    return page(call, rows, (row) => protection(call.store, row));
  });
}

function one(level: Level): Endpoint {
  return endpoint("GET", `${level.base}/:name`, { ...before(level), rules: [nameRule(level)] }, (call) =>
    ok(protection(call.store, found(level, call))),
  );
}

function create(level: Level): Endpoint {
  const params = {
    name: required(string),
    deploy_access_levels: required(listOf(subject)),
    approval_rules: listOf(rule),
    required_approval_count: integer,
  };
  return endpoint(
    "POST",
    level.base,
    { ...before(level), params, rules: [nameRule(level), bySubject] },
    (call) => {
      const container = level.enter(call);
      const name = call.params.name ?? "";
      refuseDeprecatedCount(call.params.required_approval_count);
      if (findProtection(call.store, container, name)) throw refuse.conflict(level.alreadyThere(name));
      if (level.tiersOnly && !isTier(name)) {
        throw refuse.unprocessable([`Name must be one of environment tiers: ${tiers.join(", ")}.`]);
      }
      if (name.trim() === "") throw refuse.unprocessable(["Name can't be blank"]);
      return created(protection(call.store, createProtection(call.store, container, name, call.params)));
    },
  );
}

/** A `name` in the body is not declared: the path wins, and nothing can be renamed. */
function update(level: Level): Endpoint {
  const params = {
    deploy_access_levels: listOf({ ...subject, ...nested }),
    approval_rules: listOf(rule),
    required_approval_count: level.resetsCount ? withDefault(integer, 0) : integer,
  };
  return endpoint(
    "PUT",
    `${level.base}/:name`,
    {
      ...before(level),
      params,
      rules: [nameRule(level), bySubject],
      exists: (switches) => switches.protectionUpdates,
    },
    (call) => {
      const fields = call.params;
      const row = found(level, call);
      refuseDeprecatedCount(fields.required_approval_count);
      updateProtection(call.store, row, fields);
      return ok(protection(call.store, row));
    },
  );
}

function remove(level: Level): Endpoint {
  return endpoint("DELETE", `${level.base}/:name`, { ...before(level), rules: [nameRule(level)] }, (call) => {
    const row = found(level, call);
    unmodified(call, row);
    call.store.protections.remove(row);
    return noContent();
  });
}

export const protectedEnvironments = [groupLevel, projectLevel].flatMap((level) => [
  list(level),
  one(level),
  create(level),
  update(level),
  remove(level),
]);
