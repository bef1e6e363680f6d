import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { Emulator } from "../../testing/emulator";
import { CliStack } from "../../testing/engine/drivers/cliStack";
import { realEngine } from "../../testing/engine/trial/realEngine";
import { shown } from "../support/docs";
import { generateSdk, python } from "../support/python";
import { ROOT } from "../support/root";
import { line } from "../support/stack";
import { TestProgram } from "../support/program";

const program = (qa: number, url: string): string => `
import pulumi
import pulumi_gitlab_cd as gitlab

word = pulumi.Config().require_secret("word")
group = gitlab.GroupProtectedEnvironment("group", group="acme", name="production",
    deploy_access_levels=[{"access_level": 40}, gitlab.DeployAccessLevelArgs(group_path="acme/release")],
    approval_rules=[gitlab.ApprovalRuleArgs(group_path="acme/qa", required_approvals=${qa}), {"username": "dana"}])
shop = gitlab.Environment("shop", project="acme/shop", name="production", tier="production",
    external_url="${url}", description=word, opts=pulumi.ResourceOptions(depends_on=[group]))
levels = gitlab.ProjectProtectedEnvironment("levels", project="acme/shop", name=shop.name,
    deploy_access_levels=[{"access_level": 40}, {"username": "olivia"}])
pipeline = gitlab.Pipeline("pipeline", project="acme/shop", ref="main", wait_for="success", on_destroy="delete",
    variables=[{"key": "WORD", "value": word}])
found = gitlab.get_group_protected_environments_output(group="acme")
pulumi.export("id", shop.environment_id)
pulumi.export("slug", shop.slug)
pulumi.export("status", pipeline.status)
pulumi.export("note", shop.description)
pulumi.export("protections", found.apply(lambda all: len(all.protected_environments)))
`;

const missing = [
  ...(realEngine === undefined ? ["no Pulumi CLI"] : []),
  ...(python === undefined ? ["no Python with Pulumi's SDK"] : []),
];

it.skipIf(missing.length > 0)(
  `a program in Python lives: previewed, made, left alone, changed by one PUT, refreshed, destroyed${
    missing.length > 0 ? ` (skipped: ${missing.join(", ")})` : ""
  }`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "python-"));
    const gitlab = await Emulator.start();
    const files = new TestProgram("");
    const stack = await CliStack.create({
      program: files.folder,
      emulator: gitlab,
      config: { word: { value: "between-the-two-of-us", secret: true } },
      env: { PYTHONPATH: generateSdk(folder) },
      settings: {
        main: files.folder,
        runtime: { name: "python", options: { virtualenv: python } },
        plugins: { providers: [{ name: "gitlab-cd", path: join(ROOT, "plugin") }] },
      },
    });
    onTestFinished(async () => {
      await stack.dispose();
      files.remove();
      await gitlab.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const write = (qa: number, url: string): void =>
      writeFileSync(join(files.folder, "__main__.py"), program(qa, url));
    /** The program asks GitLab for what it reads, in previews too. */
    const asked = ({ requests }: { requests: readonly Parameters<typeof line>[0][] }): string[] =>
      requests.map(line).filter((call) => !call.startsWith("GET /groups/acme/protected_environments"));

    write(1, "https://shop.example.com");
    const preview = (await stack.preview()).orThrow();
    expect([preview.changes, asked(preview)]).toEqual([{ create: 5 }, []]);
    expect((await stack.up()).orThrow().outputs).toMatchObject({
      id: 1,
      slug: "production",
      status: "success",
      note: "between-the-two-of-us",
    });
    const unchanged = (await stack.up()).orThrow();
    expect([unchanged.changes, asked(unchanged)]).toEqual([{ same: 5 }, []]);
    expect(unchanged.outputs["protections"]).toBe(1);
    write(2, "https://new.example.com");
    expect(asked((await stack.preview()).orThrow())).toEqual([]);
    const changed = (await stack.up()).orThrow();
    expect(asked(changed).map((call) => call.split(" ")[0])).toEqual(["PUT", "PUT"]);
    expect((await stack.refresh()).orThrow().changes).toEqual({ same: 5 });
    expect(JSON.stringify(await stack.exportState())).not.toContain("between-the-two-of-us");
    (await stack.destroy()).orThrow();

    writeFileSync(join(files.folder, "__main__.py"), shown("docs/doors.md", "python")[0] ?? "");
    expect((await stack.preview()).orThrow()).toMatchObject({ changes: { create: 3 }, requests: [] });
    expect((await stack.up()).orThrow().outputs).toEqual({ slug: "production" });
    (await stack.destroy()).orThrow();
    expect([gitlab.world.environments("acme/shop"), gitlab.world.protections("acme")]).toEqual([[], []]);
  },
);
