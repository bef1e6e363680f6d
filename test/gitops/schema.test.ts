import { parseAllDocuments } from "yaml";
import { beforeAll, expect, it } from "vitest";

import { expanded, FORMS, type Job, jobsFor, type Pipeline, template } from "./pipeline";

const PUSH = { CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: "main", CI_DEFAULT_BRANCH: "main" };
const MERGE_REQUEST = {
  CI_PIPELINE_SOURCE: "merge_request_event",
  CI_DEFAULT_BRANCH: "main",
  CI_MERGE_REQUEST_PROJECT_ID: "5",
};

let pipeline: Pipeline;
beforeAll(() => {
  pipeline = expanded();
});
const job = (name: string): Job => pipeline[name] as Job;

it.each(FORMS)("fits GitLab's own schema as a %s, and the check refuses what does not", (form) => {
  const whole = expanded(form);
  expect(Object.keys(whole)).toEqual(expect.arrayContaining(["preview", "note", "plan", "up", "drift"]));
  expect(whole).toEqual(pipeline);
  expect(() => expanded(form, template().replace("resource_group:", "resource_groups:"))).toThrow(
    "'resource_groups' property is not expected to be here",
  );
});

it("every input of the component is described, and only the group must be given", () => {
  const [spec] = parseAllDocuments(template()).map((each) => each.toJS() as unknown) as [
    { spec: { inputs: Record<string, { description?: string; default?: unknown }> } },
  ];
  const { inputs } = spec.spec;
  for (const [name, { description }] of Object.entries(inputs))
    expect([name, description]).not.toContain(undefined);
  expect(Object.keys(inputs).filter((name) => inputs[name]?.default === undefined)).toEqual(["group"]);
});

it("runs the right jobs for each kind of pipeline, one per stack", () => {
  const preview = ["preview: [production]", "preview: [staging]"];
  expect(jobsFor({ ...MERGE_REQUEST, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "5" })).toEqual([
    ...preview,
    "note",
  ]);
  // A fork's pipeline gets no variables, so there is nothing to post a note with.
  expect(jobsFor({ ...MERGE_REQUEST, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "6" })).toEqual(preview);
  const publish = ["state: [production]", "state: [staging]", "matrix"];
  const applied = ["plan: [production]", "plan: [staging]", "up: [production]", "up: [staging]", ...publish];
  expect(jobsFor(PUSH)).toEqual(applied);
  // Started by hand.
  expect(jobsFor({ ...PUSH, CI_PIPELINE_SOURCE: "web" })).toEqual(applied);
  expect(jobsFor({ ...PUSH, CI_PIPELINE_SOURCE: "schedule" })).toEqual([
    "drift: [production]",
    "drift: [staging]",
    ...publish,
  ]);
});

it("the preview has no environment, so no variable with a scope reaches it, and it forgets the job token", () => {
  expect(job("preview").environment).toBeUndefined();
  expect(job("preview").id_tokens).toBeUndefined();
  const { script } = job("preview");
  const forgets = script.indexOf("unset CI_JOB_TOKEN");
  expect(forgets).toBeGreaterThan(0);
  expect(script[0]).toContain("within_reach");
  expect(script.findIndex((line) => line.startsWith("install_packages "))).toBeGreaterThan(forgets);
  expect(script.findIndex((line) => line.startsWith("pulumi "))).toBeGreaterThan(forgets);
});

it("the note runs nothing of the branch", () => {
  const { script, variables, environment } = job("note");
  expect(variables).toMatchObject({ GIT_STRATEGY: "none" });
  expect(environment?.name).toBe("access-rules-note");
  const folder = script.indexOf('cd "$(mktemp -d)"');
  const installs = script.findIndex((line) => /^ *install_packages /m.test(line));
  expect(folder).toBeGreaterThan(0);
  expect(installs).toBeGreaterThan(folder);
  expect(script.filter((line) => /(^|\s)(node|pulumi|sh|bash|make) /.test(line))).toEqual([]);
});

it("only up has the environment of the token that writes, and one at a time does a stack", () => {
  const writers = Object.entries(pipeline).filter(([, value]) =>
    (value as Partial<Job> | null)?.environment?.name.startsWith("access-rules/"),
  );
  expect(writers.map(([name]) => name)).toEqual(["up"]);
  expect(job("up")).toMatchObject({ resource_group: "access-rules/$STACK", interruptible: false });
  // No plan is made while another one is carried out.
  expect(job("plan").resource_group).toBe("access-rules/$STACK");
  expect(job("plan").environment?.name).toBe("access-rules-read/$STACK");
});

it("no environment of the pipeline is in the reach of the rules it applies", () => {
  for (const [name, value] of Object.entries(pipeline)) {
    const environment = (value as Partial<Job> | null)?.environment;
    if (environment) expect(`${name} ${environment.deployment_tier}`).toBe(`${name} other`);
  }
});

it("no job follows a redirect with its token, and none installs but from a lock file, without scripts", () => {
  const text = template();
  expect(text).not.toMatch(/--location|curl [^\n]*-L\b/);
  expect(text).not.toMatch(/\bnpx\b|npm (install|i|exec)\b/);
  expect(text.match(/npm ci[^\n]*/g)).toEqual(['npm ci --ignore-scripts --no-audit --no-fund "$@"']);
});
