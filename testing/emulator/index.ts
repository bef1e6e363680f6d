/**
 * A GitLab over HTTP, in memory, for tests.
 *
 * ```ts
 * const gitlab = await Emulator.start();
 * gitlab.world.protect("acme", "production", [{ role: "maintainer" }], [{ group: "acme/qa" }]);
 * const answer = await gitlab.api("GET", "/groups/acme/protected_environments/production");
 * await gitlab.stop();
 * ```
 */
export { Emulator } from "./emulator";
export type { Watcher } from "./emulator";
export type { EmulatorOptions } from "./options";
export type { Asked } from "./http/ask";
export type { Between } from "./http/between";
export type { Fault } from "./http/faults";
export type { RateLimit } from "./http/rateLimit";
export type { LoggedRequest } from "./http/requestLog";
export type { PipelineOutcome, TokenKind } from "./model/rows";
export type { Switches } from "./model/switches";
export { gitlab14, gitlab15, gitlab18, newest } from "./model/switches";
export type { ApprovalGrant, Grant, Passage, Rights, Shut } from "./rules/rights";
export { acme } from "./world/acme";
export type { CiDeployment } from "./world/deliveries";
export type { NewGroup, NewProject, NewUser, Place, ProjectPlace, RoleName } from "./world/directory";
export type { Seed, SeedProtection } from "./world/seed";
export type { Subject } from "./world/subjects";
export type { World } from "./world/world";
export { CANARY } from "./world/tokens";
export type { NewToken } from "./world/tokens";
export { ciSettings } from "./model/ciSettings";
export type { CiSettings, CiVariable, PipelineSchedule } from "./model/ciSettings";
