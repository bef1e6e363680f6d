import type { ServerUnaryCall } from "@grpc/grpc-js";
import { RunResponse, type RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { runProgram } from "../protocol/program";
import { runtimeOptions } from "./options";

/** Runs a program to its end. What it prints goes where the engine reads: this process's own output. */
export async function run(
  call: ServerUnaryCall<RunRequest, RunResponse>,
  engine: string,
): Promise<RunResponse> {
  const request = call.request;
  const info = request.getInfo();
  if (info === undefined) throw new Error("This language host needs to be told where the program is.");
  if (request.getAttachDebugger()) throw new Error("This language host attaches no debugger.");
  const { typescript, nodeArgs, tsconfig } = runtimeOptions(info.getOptions());
  const program = runProgram({
    project: {
      name: request.getProject(),
      root: info.getRootDirectory(),
      programDirectory: request.getPwd(),
      entryPoint: info.getEntryPoint(),
      typescript,
      nodeArgs,
    },
    args: request.getArgsList(),
    organization: request.getOrganization(),
    stack: request.getStack(),
    config: Object.fromEntries(request.getConfigMap().toObject(false)),
    secretKeys: request.getConfigsecretkeysList(),
    env: { ...process.env, ...(tsconfig !== undefined && { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }) },
    node: undefined,
    dryRun: request.getDryrun(),
    parallel: request.getParallel(),
    monitorAddress: request.getMonitorAddress(),
    engineAddress: engine,
    onLine: (line, stream) => process[stream].write(`${line}\n`),
  });
  call.once("cancelled", () => void program.stop(1000));
  const end = await program.ended;
  const response = new RunResponse();
  if (end === "bailed") response.setBail(true);
  else if (typeof end === "object") {
    if ("error" in end) throw new Error(end.error);
    response.setError(end.failure);
  }
  return response;
}
