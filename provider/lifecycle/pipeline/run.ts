import { api, type ApiPath } from "../../gitlab/request/paths";
import { repeatedOnce } from "../../gitlab/request/repeated";
import type { WirePipeline } from "../../gitlab/answer/types";
import type { Connected, Context } from "../context";
import { ifThere, orMissing } from "../presence";
import { redactorOf } from "../redaction";
import { setOnce } from "../writes";
import { secretParts, type Variable } from "./variables";
import type { PipelineStart } from "./start";
import type { OnTimeout, PipelineWait, WaitFor } from "./wait";

const DEFAULT_TIMEOUT_SECONDS = 3600;

/** A pipeline that was started, with how its declaration wants it handled. */
export interface PipelineRun extends PipelineWait {
  /** Takes the values of variables and inputs out of words that are not ours. */
  redact: (text: string) => string;
}

export function runOf(
  context: Context,
  { project, number }: { project: string; number: number },
  id: string,
  props: Connected & Partial<Pick<PipelineInputs, "variables" | "inputs">> & Steering,
): PipelineRun {
  const redact = redactorOf(secretParts, props);
  return {
    client: context.client(props),
    project,
    path: api`/projects/${project}/pipelines/${number}`,
    id,
    number,
    waitFor: props.waitFor ?? "none",
    timeoutSeconds: props.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
    onTimeout: props.onTimeout ?? "cancel",
    say: (line) => context.say(redact(line)),
    redact,
  };
}

/** What a checked declaration holds, as far as the life cycle reads it. */
export interface PipelineInputs extends Connected {
  project: string;
  ref?: string;
  mergeRequestIid?: number;
  variables?: Variable[];
  inputs?: Record<string, unknown>;
}

interface Steering {
  waitFor?: WaitFor;
  timeoutSeconds?: number;
  onTimeout?: OnTimeout;
}

export function startOf(context: Context, inputs: PipelineInputs): PipelineStart {
  const { project, ref = "", mergeRequestIid, variables, inputs: values } = inputs;
  return {
    client: context.client(inputs),
    project,
    of: mergeRequestIid === undefined ? { ref } : { mergeRequestIid },
    ...(variables === undefined ? {} : { variables }),
    ...(values === undefined ? {} : { inputs: values }),
    say: (line) => context.say(line),
    redact: redactorOf(secretParts, inputs),
  };
}

export async function rename(run: PipelineRun, name: string): Promise<WirePipeline> {
  const { client, path, id } = run;
  const metadata: ApiPath = { path: `${path.path}/metadata`, template: `${path.template}/metadata` };
  const look = async () => {
    const seen = await client.get<WirePipeline>(path);
    return (seen.name ?? "") === name ? seen : undefined;
  };
  const send = () => client.put<WirePipeline>(metadata, { name });
  return orMissing(run, id, "pipeline", () => setOnce(send, look));
}

/** GitLab says yes in every state, so a lost answer is met by asking again. Gone is as good as canceled. */
export async function cancel(run: PipelineRun): Promise<void> {
  const path = api`/projects/${run.project}/pipelines/${run.number}/cancel`;
  await ifThere(run, () => repeatedOnce(() => run.client.post<unknown>(path)));
}
