export { CliStack, findPulumi, type CliStackOptions } from "./cli-stack";
export { OfflineStack, type EmulatorLike, type OfflineStackOptions } from "./offline-stack";
export type {
  ConfigValue,
  OperationOptions,
  PreviewOptions,
  RefreshOptions,
  RemovalOptions,
  StackDriver,
} from "./driver";
export type { Diagnostic, EngineEvent, Op } from "./events";
export { Result, type StepResult } from "./result";
export type { ExportedStack, StoredResource } from "./state";
