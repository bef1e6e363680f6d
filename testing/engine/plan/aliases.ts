import type { Alias } from "../protocol/goal";
import { makeUrn, nameOf, qualifiedType, STACK_TYPE, typeOf, type Naming } from "../values/urn";

interface Named {
  readonly name: string;
  readonly type: string;
  readonly parent: string;
}

/**
 * The URNs a resource may have had before: those it names itself, and those it had because its parent had another name.
 * `parents` maps the URN of a parent to the one it was found under.
 */
export function aliasUrns(
  naming: Naming,
  resource: Named,
  aliases: readonly Alias[],
  parents: ReadonlyMap<string, string>,
): string[] {
  const own = aliases.map((alias) => collapse(naming, resource, alias, parents));
  const urns = new Set(own);
  const formerParent = parents.get(resource.parent);
  if (formerParent !== undefined) {
    const parentName = nameOf(resource.parent);
    urns.add(inherited(naming, resource.type, resource.name, parentName, formerParent));
    for (const urn of own) {
      urns.add(inherited(naming, typeOf(urn), nameOf(urn), parentName, formerParent));
    }
  }
  return [...urns];
}

function collapse(
  naming: Naming,
  resource: Named,
  alias: Alias,
  parents: ReadonlyMap<string, string>,
): string {
  if (alias.urn !== undefined && alias.urn !== "") return alias.urn;
  const named = alias.parent === undefined || alias.parent === "" ? undefined : alias.parent;
  let parent = named === undefined ? resource.parent : (parents.get(named) ?? named);
  if (alias.noParent === true || (parent !== "" && qualifiedType(parent) === STACK_TYPE)) parent = "";
  return makeUrn(
    { stack: alias.stack || naming.stack, project: alias.project || naming.project },
    parent,
    alias.type || resource.type,
    alias.name || resource.name,
  );
}

/** By convention a child's name starts with its parent's, so a renamed parent renames it too. */
function inherited(
  naming: Naming,
  type: string,
  name: string,
  parentName: string,
  formerParent: string,
): string {
  const formerName = name.startsWith(parentName)
    ? nameOf(formerParent) + name.slice(parentName.length)
    : name;
  return makeUrn(naming, formerParent, type, formerName);
}
