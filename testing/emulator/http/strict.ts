import type { Switches } from "../model/switches";
import type { Endpoint } from "./endpoint";
import { isRecord } from "./form";
import type { Raw } from "./form";
import type { Field, Fields } from "./params";
import type { LoggedRequest } from "./requestLog";
import type { Router } from "./router";

/** How a parameter came: everything in a query string is text. */
type Where = "query" | "body";

/** The same for a request as it came; what has no route is not judged here. */
export function sloppinessOf(router: Router, log: LoggedRequest, switches: Switches): string[] {
  try {
    const { endpoint } = router.match(log.method, log.path.replace(/^\/api\/v4/, ""), switches);
    return sloppiness(endpoint, log.method, log.query, log.body, switches);
  } catch {
    return [];
  }
}

/**
 * A reading of the API without any forgiveness: what is wrong with a request that GitLab would take all the same.
 * GitLab drops unknown parameters silently, takes `"40"` for 40, and ignores what does not belong together.
 */
function sloppiness(endpoint: Endpoint, method: string, query: Raw, body: Raw, switches: Switches): string[] {
  const fields = endpoint.rules.params ?? {};
  const faults = [...strange(fields, query, "query", ""), ...strange(fields, body, "body", "")];
  const both = Object.keys(query).filter((name) => name in body);
  faults.push(...both.map((name) => `${name} is sent twice, in the query and in the body`));
  if (["GET", "HEAD", "DELETE"].includes(method))
    faults.push(...Object.keys(body).map((name) => `${name} is in the body of a ${method}`));
  if (endpoint.pattern.includes("/protected_environments"))
    faults.push(...accessFaults(endpoint.method, body, switches));
  return faults;
}

function strange(fields: Fields, raw: Raw, where: Where, prefix: string): string[] {
  return Object.entries(raw).flatMap(([key, value]) => {
    const name = prefix === "" ? key : `${prefix}[${key}]`;
    const field = fields[key];
    if (field === undefined) return [`${name} is no parameter of this endpoint`];
    if (field.refused !== undefined) return [`${name} is refused`];
    return misfit(field, value, where, name);
  });
}

function misfit(field: Field, value: unknown, where: Where, name: string): string[] {
  if (value === null)
    return field.required || field.kind === "list" || field.kind === "boolean" ? [`${name} is null`] : [];
  if (field.kind === "list") {
    if (!Array.isArray(value)) return [`${name} is not a list`];
    return value.flatMap((each, i) =>
      isRecord(each)
        ? strange(field.of ?? {}, each, where, `${name}[${i}]`)
        : [`${name}[${i}] is not an object`],
    );
  }
  if (!isOfKind(field.kind, value, where)) return [`${name} is not of the type ${field.kind}`];
  const candidates: unknown[] = Array.isArray(value) ? value : [value];
  const unknown =
    field.values && !candidates.every((each) => field.values?.map(String).includes(String(each)));
  return unknown ? [`${name} has no valid value`] : [];
}

function isOfKind(kind: Field["kind"], value: unknown, where: Where): boolean {
  switch (kind) {
    case "string":
      return typeof value === "string";
    case "integer":
      return where === "query" ? /^\d+$/.test(String(value)) : Number.isSafeInteger(value);
    case "boolean":
      return where === "query" ? value === "true" || value === "false" : typeof value === "boolean";
    case "datetime":
      return typeof value === "string" && /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?$/.test(value);
    case "hash":
      return isRecord(value);
    case "strings":
      return [value].flat().every((each) => typeof each === "string");
    case "integers":
      return [value].flat().every((each) => isOfKind("integer", each, where));
    case "list":
      return Array.isArray(value);
  }
}

const subjects = ["access_level", "user_id", "group_id"] as const;

/** Entries of protections: one subject and no second; rules have a key for theirs beside an id, too. Nothing that GitLab ignores. */
function accessFaults(method: string, body: Raw, switches: Switches): string[] {
  const faults: string[] = [];
  if (body["required_approval_count"] !== undefined) faults.push("required_approval_count is dead");
  for (const list of ["deploy_access_levels", "approval_rules"] as const) {
    const elements = (Array.isArray(body[list]) ? body[list] : []).filter(isRecord);
    elements.forEach((element, i) => faults.push(...entryFaults(`${list}[${i}]`, element)));
    const ids = elements.map((each) => each["id"]).filter((id) => id !== undefined);
    if (new Set(ids).size < ids.length) faults.push(`${list} names an id twice`);
    if (method === "POST" && ids.length > 0) faults.push(`${list} of a new protection has ids`);
    if (list === "approval_rules" && elements.length > 0 && !switches.approvalRules)
      faults.push("approval_rules are not known to this version");
  }
  return faults;
}

function entryFaults(name: string, element: Raw): string[] {
  const faults: string[] = [];
  const named = subjects.filter((key) => element[key] != null);
  const isRule = name.startsWith("approval");
  // Beside an id a level needs none, and of a rule the key alone is asked for: null leaves the subject as it is.
  const enough = "id" in element && (!isRule || subjects.some((key) => key in element));
  if (named.length === 0 && !enough) faults.push(`${name} names no subject`);
  if (named.length > 1) faults.push(`${name} names ${named.join(" and ")}`);
  if (element["_destroy"] !== undefined && element["id"] === undefined)
    faults.push(`${name} destroys nothing`);
  if ("id" in element && !("_destroy" in element) && isRule)
    if (!("required_approvals" in element)) faults.push(`${name} resets required_approvals to 1`);
  return faults;
}
