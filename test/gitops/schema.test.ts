import { beforeAll, expect, test } from "vitest";

import { expanded, type Job, jobsFor, type Pipeline, yaml } from "./pipeline";

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

test("fits GitLab's own schema, and the check refuses what does not", () => {
  expect(Object.keys(pipeline)).toEqual(expect.arrayContaining(["preview", "note", "plan", "up", "drift"]));
  expect(() => expanded(yaml().replace("resource_group:", "resource_groups:"))).toThrow(
    "'resource_groups' property is not expected to be here",
  );
});

test("runs the right jobs for each kind of pipeline, one per stack", () => {
  const preview = ["preview: [production]", "preview: [staging]"];
  expect(jobsFor({ ...MERGE_REQUEST, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "5" })).toEqual([
    ...preview,
    "note",
  ]);
  // A fork's pipeline gets no variables, so there is nothing to post a note with.
  expect(jobsFor({ ...MERGE_REQUEST, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "6" })).toEqual(preview);
  const publish = ["state: [production]", "state: [staging]", "matrix"];
  expect(jobsFor(PUSH)).toEqual([
    "plan: [production]",
    "plan: [staging]",
    "up: [production]",
    "up: [staging]",
    ...publish,
  ]);
  expect(jobsFor({ ...PUSH, CI_PIPELINE_SOURCE: "schedule" })).toEqual([
    "drift: [production]",
    "drift: [staging]",
    ...publish,
  ]);
});

test("the preview has no environment, so no variable with a scope reaches it, and it forgets the job token", () => {
  expect(job("preview").environment).toBeUndefined();
  const { script } = job("preview");
  const forgets = script.indexOf("unset CI_JOB_TOKEN");
  expect(forgets).toBeGreaterThan(0);
  expect(script.findIndex((line) => line.startsWith("npm "))).toBeGreaterThan(forgets);
  expect(script.findIndex((line) => line.startsWith("pulumi "))).toBeGreaterThan(forgets);
});

test("the note runs nothing of the branch", () => {
  const { script, variables, environment } = job("note");
  expect(variables).toEqual({ GIT_STRATEGY: "none" });
  expect(environment?.name).toBe("merge-request-note");
  expect(script[0]).toBe('cd "$(mktemp -d)"');
  expect(script.filter((line) => /\b(npm|node|pulumi|sh|bash|make) /.test(line))).toEqual([]);
});

test("only up has the environment of the token that writes, and one at a time does a stack", () => {
  const writers = Object.entries(pipeline).filter(([, value]) =>
    (value as Partial<Job> | null)?.environment?.name.startsWith("access-rules/"),
  );
  expect(writers.map(([name]) => name)).toEqual(["up"]);
  expect(job("up").resource_group).toBe("access-rules/$STACK");
});

test("no environment of the pipeline is in the reach of the rules it applies", () => {
  for (const [name, value] of Object.entries(pipeline)) {
    const environment = (value as Partial<Job> | null)?.environment;
    if (environment) expect(`${name} ${environment.deployment_tier}`).toBe(`${name} other`);
  }
});
