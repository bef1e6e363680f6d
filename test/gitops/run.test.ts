import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

import { Emulator } from "../../testing/emulator";
import { ArtifactServer } from "./artifacts";
import { expanded, type Job, type Pipeline, pulumiOnPath } from "./pipeline";
import { type JobResult, Runner } from "./runner";

// Each job runs the program at least once; the machine may be slow.
const MINUTES = 5 * 60_000;
const PROJECT = "https://gitlab.example.com/acme/delivery";
const WHOLE_MATRIX = `${PROJECT}/-/jobs/artifacts/main/file/matrix.html?job=matrix`;

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
  // What the rules are about: without an environment nothing changes for anybody.
  gitlab.world.addEnvironment("acme/shop", "production", { tier: "production" });
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
    STACK: "production",
    CI_SERVER_FQDN: "gitlab.example.com",
    CI_DEFAULT_BRANCH: "main",
    CI_PROJECT_ID: String(mergeRequest.projectId),
    CI_PROJECT_URL: PROJECT,
    CI_API_V4_URL: server.apiUrl,
    CI_JOB_TOKEN: "glcbt-of-the-job",
    ...(onProtectedBranch
      ? {
          PULUMI_BACKEND_URL: runner.backend,
          PULUMI_CONFIG_PASSPHRASE: "of the stack",
          ...(job.id_tokens === undefined ? {} : { STATE_ID_TOKEN: "eyJ-of-the-job" }),
        }
      : {
          CI_MERGE_REQUEST_PROJECT_ID: String(mergeRequest.projectId),
          CI_MERGE_REQUEST_IID: String(mergeRequest.iid),
        }),
    ...(scope.startsWith("access-rules/") && onProtectedBranch ? { GITLAB_TOKEN: tokens.write } : {}),
    ...(scope.startsWith("access-rules-read/") && onProtectedBranch ? { GITLAB_TOKEN: tokens.read } : {}),
    ...(scope === "access-rules-note" ? { GITLAB_TOKEN: tokens.note } : {}),
  };
}

function run(
  name: string,
  where: "merge request" | "main",
  files?: Record<string, string>,
  checkout?: (folder: string) => void,
  more: Record<string, string> = {},
): Promise<JobResult> {
  const job = pipeline[name] as Job;
  return runner.run(job, { ...variablesOf(job, where === "main"), ...more }, files, checkout);
}

/** Plans and applies, as the pipeline of the default branch does; a person can start it too. */
async function apply(): Promise<{ plan: JobResult; up: JobResult }> {
  const plan = await run("plan", "main");
  const up = await run("up", "main", { "plan/production.json": plan.read("plan/production.json") ?? "" });
  return { plan, up };
}

function edit(folder: string, from: string, to: string): void {
  const file = join(folder, "index.ts");
  writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
}

const writes = () => gitlab.requests.filter(({ method }) => method !== "GET").map(({ method }) => method);
const notes = () => gitlab.world.notes(mergeRequest);

it(
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
    expect(posted.output).toContain("notes begin after the first pipeline of main");
    expect(notes()).toEqual([]);

    // Merged.
    gitlab.clearRequests();
    const merged = await apply();
    expect(merged).toMatchObject({ plan: { code: 0 }, up: { code: 0 } });
    expect(writes()).toEqual(["POST"]);
    expect(gitlab.world.protection("acme", "production")?.approval_rules).toHaveLength(1);

    const state = await run("state", "main");
    expect(state).toMatchObject({ code: 0 });
    const matrix = await run("matrix", "main");
    expect(matrix).toMatchObject({ code: 0 });
    server.files.set(
      "main/raw/state/production.json?job=state: [production]",
      state.read("state/production.json") ?? "",
    );
    expect(matrix.read("matrix.html")).toContain("acme/shop");
    expect(matrix.read("matrix.md")).toContain(`[The whole matrix](${WHOLE_MATRIX})`);
    expect(state.read("state/production.json")).not.toContain("secrets_providers");
    for (const file of [
      "matrix.md",
      "matrix.json",
      "matrix.html",
      "tools/package.json",
      "tools/package-lock.json",
    ])
      server.files.set(`main/raw/${file}?job=matrix`, matrix.read(file) ?? "");

    // On a schedule: as declared, then changed by hand.
    gitlab.clearRequests();
    expect(await run("drift", "main")).toMatchObject({ code: 0 });
    gitlab.world.addStrangerEntry("acme", "production", { role: "developer" });
    const drift = await run("drift", "main");
    expect(drift.code).not.toBe(0);
    expect(drift.output).toContain("no changes were expected");
    expect(writes()).toEqual([]);

    // The pipeline repairs it, started by hand.
    const repair = await apply();
    expect(repair).toMatchObject({ plan: { code: 0 }, up: { code: 0 } });
    expect(repair.plan.output).toMatch(/update/);
    expect(writes()).toEqual(["PUT"]);
    expect(gitlab.world.protection("acme", "production")?.deploy_access_levels).toHaveLength(1);
    expect(await run("drift", "main")).toMatchObject({ code: 0 });

    // The next merge request is compared with the published state, and asks GitLab for nothing.
    gitlab.clearRequests();
    const second = await run("preview", "merge request", {}, (folder) =>
      edit(folder, "requiredApprovals: 2", "requiredApprovals: 1"),
    );
    expect(second).toMatchObject({ code: 0 });
    expect(second.output).toMatch(/update/);
    expect(second.output).toContain("acme:production ~ group acme/qa 2 → 1 approvals");
    expect(gitlab.requests).toEqual([]);
    const preview2 = Object.fromEntries(
      ["preview/production.txt", "preview/production.json"].map((file) => [file, second.read(file) ?? ""]),
    );
    expect(await run("note", "merge request", preview2)).toMatchObject({ code: 0 });
    expect(await run("note", "merge request", preview2)).toMatchObject({ code: 0 });
    expect(notes()).toHaveLength(1);
    expect(notes()[0]?.body).toContain("acme:production ~ group acme/qa 2 → 1 approvals");
    // In people, before and after; the offline engine prints no JSON.
    expect(notes()[0]?.body).toContain("Who can deploy and who must approve");
    expect(notes()[0]?.body).toContain(`[The whole matrix](${WHOLE_MATRIX})`);
    if (pulumiOnPath() !== undefined) {
      expect(notes()[0]?.body).toContain("before → after");
      expect(notes()[0]?.body).toMatch(/^\| \*\*weaker\*\* \| .*acme\/shop/m);
    }
    // The job's token goes to GitLab, never to the store that GitLab sends on to.
    expect(new Set(server.askedWith)).toEqual(new Set(["glcbt-of-the-job"]));
    expect(server.storeAskedWith.length).toBeGreaterThan(3);
    expect(new Set(server.storeAskedWith)).toEqual(new Set(["undefined"]));
    // Nothing that is secret is there while packages are installed.
    expect(runner.installedWith.length).toBeGreaterThan(8);
    for (const env of runner.installedWith)
      expect(env).not.toMatch(/TOKEN|PASSPHRASE|glcbt|eyJ|PULUMI_BACKEND_URL/);
  },
  MINUTES,
);

it(
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

it.each([
  "GITLAB_TOKEN",
  "CORP_TOKEN",
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_CONFIG_PASSPHRASE",
  "AWS_SECRET_ACCESS_KEY",
])("a preview with %s in its reach runs nothing of the branch, and says what to do", async (name) => {
  const ran = (folder: string) => writeFileSync(join(folder, "index.ts"), 'console.log("the branch ran");');
  const before = runner.installedWith.length;
  const refused = await run("preview", "merge request", {}, ran, { [name]: "sesame" });
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain(`This job would hand ${name} to whoever wrote the branch.`);
  expect(refused.output).not.toMatch(/sesame|the branch ran/);
  expect(runner.installedWith).toHaveLength(before);
});

it(
  "a state of any key keeper is published without asking it, and a preview compares with it on a backend of its own",
  async () => {
    await apply();
    const stored = join(fileURLToPath(runner.backend), ".pulumi", "stacks", "delivery", "production.json");
    const real = pulumiOnPath() !== undefined;
    for (const keeper of [
      { type: "service", state: { url: "https://api.pulumi.com", owner: "acme", project: "delivery" } },
      { type: "cloud", state: { url: "awskms://alias/pulumi", encryptedkey: "AQICAHj=" } },
    ]) {
      if (real) {
        const checkpoint = JSON.parse(readFileSync(stored, "utf8")) as {
          checkpoint: { latest: Record<string, unknown> };
        };
        checkpoint.checkpoint.latest["secrets_providers"] = keeper;
        writeFileSync(stored, JSON.stringify(checkpoint));
      }
      const state = await run(
        "state",
        "main",
        {},
        (folder) => rmSync(join(folder, "Pulumi.production.yaml")),
        {
          PULUMI_CONFIG_PASSPHRASE: "",
        },
      );
      expect(state).toMatchObject({ code: 0 });
      const published = state.read("state/production.json") ?? "";
      expect(published).not.toContain("secrets_providers");
      server.files.set("main/raw/state/production.json?job=state: [production]", published);
    }
    const cloud = (folder: string) =>
      writeFileSync(
        join(folder, "Pulumi.production.yaml"),
        "secretsprovider: awskms://alias/pulumi\nencryptedkey: AQICAHj=\nconfig:\n  delivery:group: acme\n",
      );
    const elsewhere = { PULUMI_BACKEND_URL: "s3://acme-pulumi?region=eu-central-1" };
    const preview = await run("preview", "merge request", {}, cloud, elsewhere);
    expect(preview).toMatchObject({ code: 0 });
    expect(preview.output).toContain("2 unchanged");
  },
  MINUTES,
);

it("a preview of a stack that holds secrets runs nothing of the branch, and says why", async () => {
  const installed = runner.installedWith.length;
  const words = "The state or the configuration of production holds secrets";
  const configured = await run("preview", "merge request", {}, (folder) =>
    writeFileSync(
      join(folder, "Pulumi.production.yaml"),
      "config:\n  delivery:group: acme\n  gitlab:token:\n    secure: v1:nJ0n:abcd\n",
    ),
  );
  expect(configured).toMatchObject({ code: 1 });
  expect(configured.output).toContain(words);

  const resources = [{ inputs: { ciphertext: "v1:x" } }];
  server.files.set(
    "main/raw/state/production.json?job=state: [production]",
    JSON.stringify({ version: 3, deployment: { manifest: {}, resources } }),
  );
  const stored = await run("preview", "merge request");
  expect(stored).toMatchObject({ code: 1 });
  expect(stored.output).toContain(words);
  expect(runner.installedWith).toHaveLength(installed);
});
