export { CliStack, findPulumi, type CliStackOptions } from "./drivers/cliStack";
export { OfflineStack, type EmulatorLike, type OfflineStackOptions } from "./drivers/offlineStack";
export type {
  ConfigValue,
  OperationOptions,
  PreviewOptions,
  RefreshOptions,
  RemovalOptions,
  StackDriver,
} from "./drivers/driver";
export type { Diagnostic, EngineEvent, Op } from "./show/events";
export { Result, type StepResult } from "./show/result";
export type { ExportedStack, StoredResource } from "./state/state";
