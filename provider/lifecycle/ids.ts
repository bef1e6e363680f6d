import { UserError } from "./errors";

/** Ids are the variables of the object's GET path joined by `:`. No path of a project or group holds a colon. */
export function splitId(id: string, form: string): [container: string, rest: string] {
  const at = id.indexOf(":");
  if (at < 1 || at === id.length - 1)
    throw new UserError(`the id ${JSON.stringify(id)} is not of the form ${form}`);
  return [id.slice(0, at), id.slice(at + 1)];
}

/** Project and number of an object; the project as it is spelled now, where that is known. */
export function projectAndNumber(
  id: string,
  form: string,
  props: { readonly project?: unknown } = {},
): { project: string; number: number } {
  const [project, number] = splitId(id, form);
  if (!/^\d+$/.test(number)) throw new UserError(`the id ${JSON.stringify(id)} is not of the form ${form}`);
  return { project: typeof props.project === "string" ? props.project : project, number: Number(number) };
}

/**
 * GitLab's number in an id of ours. Undefined for an id of another form: tests with mocks make up their own (Pulumi's
 * documentation suggests `name + "_id"`), and an output that rejects there fails a test that never looks at it.
 */
export function numberIn(id: string): number {
  const [, number] = /:(\d+)$/.exec(id) ?? [];
  return number === undefined ? (undefined as unknown as number) : Number(number);
}
