import { join } from "node:path";

import { Emulator } from "pulumi-gitlab-cd-testing";

import { byHand, heading, list, say, showRequests } from "./show";
import { engineLine, openStack } from "./stack";

/** The root stack's whole life against a GitLab in memory, with the requests that each step cost. */
async function demo(): Promise<void> {
  const gitlab = await Emulator.start();
  const stack = await openStack(join(__dirname, "..", "..", ".."), gitlab);
  say(engineLine(stack));
  say(`GitLab: an emulator on ${gitlab.url}; the program: examples/quickstart/index.ts`);
  try {
    const step = async (
      title: string,
      expectation: string,
      operation: keyof Pick<typeof stack, "preview" | "up" | "refresh" | "destroy">,
    ) => {
      heading(title, expectation);
      gitlab.clearRequests();
      const result = (await stack[operation]()).orThrow();
      console.log(result.text.trim());
      showRequests(gitlab.requests);
    };

    await step("1. pulumi preview", "what would be made; no request is sent, no token is needed", "preview");
    await step("2. pulumi up", "one POST for each object, and one GET for each name that is looked up", "up");
    await step("3. pulumi preview", "nothing has changed: no request at all", "preview");

    await stack.config.set("danaApproves", "false");
    await stack.config.set("qaApprovals", "1");
    await step(
      "4. pulumi up, after a rule was removed and another lowered in the program",
      "one PUT carries both, the removal as _destroy",
      "up",
    );

    heading("5. Somebody edits the protection by hand", "in GitLab's own pages, past the program");
    await byHand(gitlab, "PUT", "/groups/acme/protected_environments/production", {
      deploy_access_levels: [{ access_level: 30 }],
    });
    const [production] = await list(gitlab, "/projects/acme%2Fshop/environments?name=production");
    await byHand(gitlab, "PUT", `/projects/acme%2Fshop/environments/${production?.["id"]}`, {
      external_url: "https://elsewhere.example.com",
    });
    await step("6. pulumi refresh", "what was changed by hand is seen", "refresh");
    await step("7. pulumi up", "the drift is repaired: the stranger goes with _destroy", "up");
    await step(
      "8. pulumi destroy",
      "an environment nobody deployed to is stopped and deleted; the protection goes last",
      "destroy",
    );

    heading("Done", "what is left on GitLab");
    for (const path of ["/groups/acme/protected_environments", "/projects/acme%2Fshop/environments"]) {
      say(`  GET ${path}: ${(await list(gitlab, path)).length} objects`);
    }
  } finally {
    await stack.dispose();
    await gitlab.stop();
  }
}

demo().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
