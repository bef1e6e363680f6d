/** URNs: `urn:pulumi:<stack>::<project>::<parent types$>type::<name>`; https://www.pulumi.com/docs/iac/concepts/resources/names/#urns */

export const STACK_TYPE = "pulumi:pulumi:Stack";
const PROVIDER_PREFIX = "pulumi:providers:";

export interface Naming {
  readonly stack: string;
  readonly project: string;
}

const parts = (urn: string): string[] => urn.slice("urn:pulumi:".length).split("::");
export const qualifiedType = (urn: string): string => parts(urn)[2] ?? "";
export const typeOf = (urn: string): string => qualifiedType(urn).split("$").at(-1) ?? "";
export const nameOf = (urn: string): string => parts(urn).slice(3).join("::");

export function makeUrn(naming: Naming, parent: string, type: string, name: string): string {
  const parentType = parent === "" ? "" : qualifiedType(parent);
  const prefix = parentType === "" || parentType === STACK_TYPE ? "" : `${parentType}$`;
  return `urn:pulumi:${naming.stack}::${naming.project}::${prefix}${type}::${name}`;
}

export const isProviderType = (type: string): boolean => type.startsWith(PROVIDER_PREFIX);
export const providerType = (pkg: string): string => PROVIDER_PREFIX + pkg;
export const packageOf = (type: string): string => type.split(":")[0] ?? "";
/** Default providers are made by the engine itself and kept out of what people see. */
export const isDefaultProvider = (urn: string): boolean =>
  isProviderType(typeOf(urn)) && nameOf(urn).startsWith("default");

/** A provider reference is the provider's URN and id. */
export const reference = (urn: string, id: string): string => `${urn}::${id}`;
export const referencedUrn = (ref: string): string => ref.slice(0, ref.lastIndexOf("::"));
export const referencedId = (ref: string): string => ref.slice(ref.lastIndexOf("::") + 2);
