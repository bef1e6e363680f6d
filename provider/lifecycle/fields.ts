export { changedFields, checkFields, type Props } from "../fields/check";
export type { Field, Role, Table as Fields } from "../fields/field";
export { answeredPart, declaredPart } from "../fields/record";
export type { Failure } from "../fields/schema";
