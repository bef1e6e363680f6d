import { Gitlab } from "@gitbeaker/rest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Emulator } from "./index";

/** A client that nobody here wrote must not notice that this is no GitLab. */
let gitlab: Emulator;
let api: InstanceType<typeof Gitlab<true>>;

beforeAll(async () => {
  gitlab = await Emulator.start();
  api = new Gitlab({ host: gitlab.url, token: gitlab.token, camelize: true });
});
afterAll(() => gitlab.stop());

const shop = "acme/shop";

describe("gitbeaker", () => {
  it("looks things up", async () => {
    expect((await api.Users.showCurrentUser()).username).toBe("olivia");
    expect((await api.Metadata.show()).version).toBe("19.2.0-ee");
    expect((await api.Groups.show("acme")).fullPath).toBe("acme");
    const projects = await api.Groups.allProjects("acme", { includeSubgroups: true });
    expect(projects.map((project) => project.pathWithNamespace).sort()).toEqual(["acme/api", "acme/shop"]);
    const members = await api.ProjectMembers.all(shop, { includeInherited: true });
    expect(members.map((member) => member.username)).toContain("quinn");
    expect(await api.Users.all({ username: "dana" })).toMatchObject([{ name: "Dana Maintainer" }]);
  });

  it("lives through an environment's life, over several pages", async () => {
    for (let n = 1; n <= 3; n++) await api.Environments.create(shop, `review/${n}`);
    const all = await api.Environments.all(shop, { perPage: 1 });
    expect(all.map((environment) => environment.slug)).toHaveLength(3);
    const [first] = all;
    const id = first?.id ?? 0;
    expect(
      (await api.Environments.edit(shop, id, { externalUrl: "https://one.example.com" })).externalUrl,
    ).toBe("https://one.example.com");
    expect((await api.Environments.stop(shop, id)).state).toBe("stopped");
    await api.Environments.remove(shop, id);
    await expect(api.Environments.show(shop, id)).rejects.toMatchObject({
      cause: { description: "404 Not found" },
    });
  });

  it("protects a project's environment, whole", async () => {
    const [olivia] = await api.Users.all({ username: "olivia" });
    const protection = {
      name: "eu/live",
      deploy_access_levels: [{ access_level: 40 }, { user_id: olivia?.id }],
    };
    const made = await api.requester.post("projects/acme%2Fshop/protected_environments", {
      body: protection,
    });
    expect(made.body).toMatchObject({ deploy_access_levels: [{ user_id: null }, { user_id: olivia?.id }] });
    // It leaves the encoding of projects and names to its callers here.
    expect((await api.ProjectProtectedEnvironments.show("acme%2Fshop", "eu%2Flive")).name).toBe("eu/live");
    expect(await api.ProjectProtectedEnvironments.all("acme%2Fshop")).toHaveLength(1);
    await expect(
      api.requester.post("projects/acme%2Fshop/protected_environments", { body: protection }),
    ).rejects.toMatchObject({ cause: { response: { status: 409 } } });
    await api.ProjectProtectedEnvironments.remove("acme%2Fshop", "eu%2Flive");
    expect(await api.ProjectProtectedEnvironments.all("acme%2Fshop")).toEqual([]);
  });

  it("is refused what GitLab refuses in an environment's life", async () => {
    const { id } = await api.Environments.create(shop, "review/taken");
    await expect(api.Environments.create(shop, "review/taken")).rejects.toThrow(/taken/);
    await expect(api.Environments.remove(shop, id)).rejects.toMatchObject({
      cause: { response: { status: 403 } },
    });
    expect((await api.Environments.all(shop, { search: "taken" })).map(({ name }) => name)).toEqual([
      "review/taken",
    ]);
    await api.Environments.stop(shop, id);
    await api.Environments.remove(shop, id);
  });

  it("protects a group's tier and changes its rules", async () => {
    await api.requester.post("groups/acme/protected_environments", {
      body: { name: "production", deploy_access_levels: [{ access_level: 40 }] },
    });
    const changed = await api.requester.put("groups/acme/protected_environments/production", {
      body: { approval_rules: [{ access_level: 30, required_approvals: 2 }] },
    });
    expect(changed.body).toMatchObject({ approval_rules: [{ required_approvals: 2 }] });
    const { deploy_access_levels: levels } = changed.body as unknown as {
      deploy_access_levels: { id: number }[];
    };
    const replaced = await api.requester.put("groups/acme/protected_environments/production", {
      body: { deploy_access_levels: [{ id: levels[0]?.id, _destroy: true }, { access_level: 30 }] },
    });
    expect(replaced.body).toMatchObject({ deploy_access_levels: [{ access_level: 30 }] });
    await expect(
      api.requester.put("groups/acme/protected_environments/production", {
        body: { required_approval_count: 1 },
      }),
    ).rejects.toMatchObject({ cause: { response: { status: 422 } } });
  });

  it("deploys, and is told why it cannot approve", async () => {
    const made = await api.Deployments.create(shop, "production", "main", "main", false, {
      status: "running",
    });
    expect(made.status).toBe("running");
    expect((await api.Deployments.edit(shop, made.id, "success")).status).toBe("success");
    expect(await api.Deployments.all(shop, { orderBy: "id", sort: "desc" })).toHaveLength(1);
    await expect(api.Deployments.setApproval(shop, made.id, "approved")).rejects.toThrow(
      /You cannot approve your own deployment/,
    );
    expect(await api.Deployments.allMergeRequests(shop, made.id)).toEqual([]);
    await expect(api.Deployments.remove(shop, made.id)).rejects.toThrow(/currently deployed/);
    await api.requester.delete("groups/acme/protected_environments/production");
  });

  it("approves and rejects what others deploy", async () => {
    const { world } = gitlab;
    world.protect(shop, "guarded", [{ role: "maintainer" }], [{ role: "maintainer", requiredApprovals: 2 }]);
    const { id } = world.blockDeployment(shop, { environment: "guarded", user: "dana" });
    expect(await api.Deployments.setApproval(shop, id, "approved", { comment: "green" })).toMatchObject({
      status: "approved",
      comment: "green",
      user: { username: "olivia" },
    });
    expect(await api.Deployments.show(shop, id)).toMatchObject({ pendingApprovalCount: 1 });
    expect((await api.Deployments.setApproval(shop, id, "rejected")).status).toBe("rejected");
    expect((await api.Deployments.show(shop, id)).status).toBe("failed");
  });

  it("runs a pipeline to its end", async () => {
    const made = await api.Pipelines.create(shop, "main", { variables: [{ key: "A", value: "b" }] });
    await expect.poll(async () => (await api.Pipelines.show(shop, made.id)).status).toBe("success");
    expect(await api.Pipelines.allVariables(shop, made.id)).toMatchObject([{ key: "A", value: "b" }]);
    expect(await api.Jobs.all(shop, { pipelineId: made.id })).toHaveLength(2);
    expect((await api.Pipelines.showTestReport(shop, made.id)).totalCount).toBe(0);
    expect((await api.Pipelines.retry(shop, made.id)).status).toBe("success");
    expect(await api.Jobs.allPipelineBridges(shop, made.id)).toEqual([]);
    expect((await api.Pipelines.cancel(shop, made.id)).id).toBe(made.id);
    const { body: latest } = await api.requester.get("projects/acme%2Fshop/pipelines/latest", {
      searchParams: { ref: "main" },
    });
    expect(latest).toMatchObject({ id: made.id });
    await api.Pipelines.remove(shop, made.id);
    expect((await api.Pipelines.all(shop)).map(({ id }) => id)).not.toContain(made.id);
    await expect(api.Pipelines.create(shop, "nowhere")).rejects.toThrow(/Reference not found/);
  });

  it("notes on a merge request", async () => {
    const { iid } = gitlab.world.addMergeRequest(shop);
    const note = await api.MergeRequestNotes.create(shop, iid, "preview");
    await api.MergeRequestNotes.edit(shop, iid, note.id, { body: "preview, again" });
    expect(await api.MergeRequestNotes.all(shop, iid)).toMatchObject([{ body: "preview, again" }]);
  });
});
