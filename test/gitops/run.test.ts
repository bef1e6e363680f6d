import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { Emulator } from "../../testing/emulator";
import { ArtifactServer } from "./artifacts";
import { expanded, type Job, type Pipeline, pulumiOnPath } from "./pipeline";
import { type JobResult, Runner } from "./runner";

// Each job runs the program at least once; the machine may be slow.
const MINUTES = 5 * 60_000;

let gitlab: Emulator;
let server: ArtifactServer;
let runner: Runner;
let pipeline: Pipeline;
let tokens: Record<"write" | "read" | "note", string>;
let mergeRequest: ReturnType<Emulator["world"]["addMergeRequest"]>;

beforeAll(async () => {
  gitlab = await Emulator.start();
  server = await new ArtifactServer(gitlab.url).start();
  runner = new Runner();
  pipeline = expanded();
  tokens = {
    write: gitlab.token,
    read: gitlab.addToken({ user: "olivia", scopes: ["read_api"] }),
    note: gitlab.tokenFor("rita"),
  };
  mergeRequest = gitlab.world.addMergeRequest("acme/shop");
  console.log(`The jobs use ${pulumiOnPath() === undefined ? "the offline engine" : "the pulumi command"}.`);
}, MINUTES);
afterAll(async () => {
  runner.remove();
  await server.stop();
  await gitlab.stop();
});

/** What the README tells to set up: a variable reaches a job by the scope of its environment and by the branch. */
function variablesOf(job: Job, onProtectedBranch: boolean): Record<string, string> {
  const scope = job.environment?.name ?? "";
  return {
    ...pipeline.variables,
    STACK: "production",
    CI_DEFAULT_BRANCH: "main",
    CI_PROJECT_ID: String(mergeRequest.projectId),
    CI_API_V4_URL: server.apiUrl,
    CI_JOB_TOKEN: "glcbt-of-the-job",
    ...(onProtectedBranch
      ? { PULUMI_BACKEND_URL: runner.backend, PULUMI_CONFIG_PASSPHRASE: "of the stack" }
      : {
          CI_MERGE_REQUEST_PROJECT_ID: String(mergeRequest.projectId),
          CI_MERGE_REQUEST_IID: String(mergeRequest.iid),
        }),
    ...(scope.startsWith("access-rules/") && onProtectedBranch ? { GITLAB_TOKEN: tokens.write } : {}),
    ...(scope.startsWith("access-rules-read/") && onProtectedBranch ? { GITLAB_TOKEN: tokens.read } : {}),
    ...(scope === "merge-request-note" ? { GITLAB_TOKEN: tokens.note } : {}),
  };
}

function run(
  name: string,
  where: "merge request" | "main",
  files?: Record<string, string>,
  checkout?: (folder: string) => void,
): Promise<JobResult> {
  const job = pipeline[name] as Job;
  return runner.run(job, variablesOf(job, where === "main"), files, checkout);
}

function edit(folder: string, from: string, to: string): void {
  const file = join(folder, "index.ts");
  writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
}

const writes = () => gitlab.requests.filter(({ method }) => method !== "GET").map(({ method }) => method);
const notes = () => gitlab.world.notes(mergeRequest);

test(
  "from the first merge request to drift, each job with no more than its own token",
  async () => {
    // The first merge request: nothing is published yet.
    const first = await run("preview", "merge request");
    expect(first.output).toContain("No state published yet");
    expect(first.code).toBe(0);
    expect(first.output).toMatch(/create/);
    expect(gitlab.requests).toEqual([]);
    const preview = first.read("preview/production.txt") ?? "";

    const posted = await run("note", "merge request", { "preview/production.txt": preview });
    expect(posted).toMatchObject({ code: 0 });
    expect(notes()[0]?.body).toContain("No matrix published yet.");
    expect(notes()[0]?.body).toContain("acme/qa");

    // Merged.
    gitlab.clearRequests();
    const plan = await run("plan", "main");
    expect(plan).toMatchObject({ code: 0 });
    expect(gitlab.requests).toEqual([]);
    const up = await run("up", "main", { "plan/production.json": plan.read("plan/production.json") ?? "" });
    expect(up).toMatchObject({ code: 0 });
    expect(gitlab.world.protection("acme", "production")?.approval_rules).toHaveLength(1);

    const state = await run("state", "main");
    expect(state).toMatchObject({ code: 0 });
    const matrix = await run("matrix", "main");
    expect(matrix).toMatchObject({ code: 0 });
    server.files.set(
      "main/raw/state/production.json?job=state: [production]",
      state.read("state/production.json") ?? "",
    );
    server.files.set("main/raw/matrix.md?job=matrix", matrix.read("matrix.md") ?? "");

    // On a schedule: as declared, then changed by hand.
    gitlab.clearRequests();
    expect(await run("drift", "main")).toMatchObject({ code: 0 });
    gitlab.world.addStrangerEntry("acme", "production", { role: "developer" });
    const drift = await run("drift", "main");
    expect(drift.code).not.toBe(0);
    expect(drift.output).toContain("no changes were expected");
    expect(writes()).toEqual([]);

    // The next merge request is compared with the published state, and asks GitLab for nothing.
    gitlab.clearRequests();
    const second = await run("preview", "merge request", {}, (folder) =>
      edit(folder, "requiredApprovals: 2", "requiredApprovals: 1"),
    );
    expect(second).toMatchObject({ code: 0 });
    expect(second.output).toMatch(/update/);
    expect(second.output).toContain("acme:production ~ group acme/qa 2 → 1 approvals");
    expect(gitlab.requests).toEqual([]);
    await run("note", "merge request", {
      "preview/production.txt": second.read("preview/production.txt") ?? "",
    });
    expect(notes()).toHaveLength(1);
    expect(notes()[0]?.body).toContain("acme:production ~ group acme/qa 2 → 1 approvals");
    expect(notes()[0]?.body).toContain("Who can deploy and who must approve");
    expect(server.askedWith).toEqual(Array<string>(4).fill("glcbt-of-the-job"));
  },
  MINUTES,
);

test(
  "a branch that prints its environment and puts a link in place of its preview gets no token",
  async () => {
    const stolen = await run("preview", "merge request", {}, (folder) => {
      writeFileSync(join(folder, "index.ts"), "console.log(JSON.stringify(process.env));");
    });
    for (const token of Object.values(tokens)) expect(stolen.output).not.toContain(token);
    expect(stolen.output).not.toContain("glcbt-of-the-job");
    expect(stolen.output).not.toContain("of the stack");

    const before = notes().map(({ body }) => body);
    // Artifacts keep links as links.
    const linked = await run("note", "merge request", {}, (folder) => {
      mkdirSync(join(folder, "preview"));
      symlinkSync("/proc/self/environ", join(folder, "preview", "production.txt"));
    });
    expect(linked.code).not.toBe(0);
    expect(linked.output).toContain("is a link, so it is not read");
    expect(notes().map(({ body }) => body)).toEqual(before);
  },
  MINUTES,
);
