import { pipelineNameless, pipelineWhole } from "../entities/pipeline";
import { created, noContent, ok, refuse } from "../http/answers";
import type { Call } from "../http/endpoint";
import { endpoint } from "../http/endpoint";
import type { Raw } from "../http/form";
import { isForm } from "../http/incoming";
import { hash, listOf, oneOf, required, string, withDefault } from "../http/params";
import { asRef, levelIn } from "../model/access";
import type { PipelineRow, PipelineVariable, ProjectRow } from "../model/rows";
import { Role } from "../model/rows";
import { mustWritePipelines, projectOf, someone, unmodified } from "../rules/guards";
import { requestPipeline } from "../rules/pipelineCreation";
import { cancelPipeline, removePipeline, retryPipeline } from "../rules/pipelineModel";
import { base, one, pipelineOf } from "./pipelines";

const variable = {
  key: string,
  value: string,
  variable_type: withDefault(oneOf(string, ["env_var", "file"]), "env_var"),
};

/** Mind the singular. https://docs.gitlab.com/api/pipelines/#create-a-new-pipeline */
const create = endpoint(
  "POST",
  "/projects/:id/pipeline",
  { who: "user", params: { ref: required(string), variables: listOf(variable), inputs: hash } },
  (call) => {
    const project = projectOf(call);
    mustWritePipelines(call, project, Role.Developer);
    const row = requestPipeline(call.store, project, someone(call), {
      ref: call.params.ref ?? "",
      source: "api",
      variables: (call.params.variables ?? []).map((each): PipelineVariable => ({
        key: each.key ?? "",
        value: each.value ?? "",
        variable_type: each.variable_type === "file" ? "file" : "env_var",
      })),
      inputs: inputsOf(call, call.params.inputs ?? {}),
    });
    return created(pipelineNameless(call.store, row));
  },
);

/** In a form each value is JSON text: `3`, `true`, `["a"]`; what is none stays text. */
function inputsOf(call: Call<unknown>, inputs: Raw): Raw {
  if (!isForm(call.incoming)) return inputs;
  const parsed = Object.entries(inputs).map(([name, value]) => [name, jsonOr(value)]);
  return Object.fromEntries(parsed) as Raw;
}

function jsonOr(value: unknown): unknown {
  try {
    return typeof value === "string" ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}

/** Developers, unless the ref is protected from them. */
function updatable(call: Call<{ pipeline_id: number | null }>): { project: ProjectRow; row: PipelineRow } {
  const project = projectOf(call);
  const row = pipelineOf(call, project);
  mustWritePipelines(call, project, Role.Developer);
  const user = someone(call);
  const guard = project.protectedRefs.find((each) => each.name === row.ref);
  const level = user.admin ? 60 : levelIn(call.store, user.id, asRef("project", project));
  if (guard !== undefined && (guard.level === 0 || level < guard.level)) throw refuse.forbidden();
  return { project, row };
}

/** 201 even where there is nothing to retry. */
const retry = endpoint("POST", `${base}/:pipeline_id/retry`, { who: "user", params: one }, (call) => {
  const { row } = updatable(call);
  retryPipeline(call.store, row, someone(call));
  return created(pipelineNameless(call.store, row));
});

/** 200 in every state, even a finished one. */
const cancel = endpoint("POST", `${base}/:pipeline_id/cancel`, { who: "user", params: one }, (call) => {
  const { row } = updatable(call);
  cancelPipeline(call.store, row);
  return ok(pipelineNameless(call.store, row));
});

const metadata = endpoint(
  "PUT",
  `${base}/:pipeline_id/metadata`,
  { who: "user", jobToken: ["admin_pipelines"], params: { ...one, name: required(string) } },
  (call) => {
    const { row } = updatable(call);
    const { name } = call.params;
    if ((name?.length ?? 0) > 255) {
      throw refuse.model("Failed to update pipeline - Name is too long (maximum is 255 characters)");
    }
    Object.assign(row, { name: name || null, updatedAt: call.store.now() });
    return ok(pipelineWhole(call.store, row));
  },
);

const remove = endpoint("DELETE", `${base}/:pipeline_id`, { who: "user", params: one }, (call) => {
  const project = projectOf(call);
  const row = pipelineOf(call, project);
  mustWritePipelines(call, project, Role.Owner);
  unmodified(call, row);
  removePipeline(call.store, row);
  return noContent();
});

export const pipelineActions = [create, retry, cancel, metadata, remove];
