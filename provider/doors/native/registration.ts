import { type Kind, refusePlainToken, type Registered, registrationAt, typeOf } from "../kind";
import { preflight } from "./preflight";

/** The name of the provider, of its configuration and of the package in every language. */
export const PACKAGE = "gitlab-cd";

/** The type of a class of this door. */
export const typeToken = (kind: Kind): string => typeOf("native", kind);

export function registration(...resource: Registered) {
  preflight();
  refusePlainToken(PACKAGE);
  return registrationAt("native", resource);
}
