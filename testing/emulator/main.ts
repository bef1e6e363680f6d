import { Emulator } from "./emulator";
import { sample } from "./world/sample";

/** `npm run emulator -- --port 8929`: a GitLab to play with. */
async function main(args: readonly string[]): Promise<void> {
  const position = args.indexOf("--port");
  const port = position < 0 ? 8929 : Number(args[position + 1]);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    console.error("Usage: npm run emulator -- [--port NUMBER]");
    process.exitCode = 2;
    return;
  }
  const gitlab = await Emulator.start({ port, seed: sample });
  console.log(greeting(gitlab));
  process.once("SIGINT", () => void gitlab.stop());
  process.once("SIGTERM", () => void gitlab.stop());
}

function greeting(gitlab: Emulator): string {
  const curl = `curl -s -H "PRIVATE-TOKEN: $GITLAB_TOKEN" ${gitlab.url}/api/v4`;
  return `GitLab emulator on ${gitlab.url} (in memory: gone when it stops; Ctrl-C stops it)

In another terminal, in this folder:

  export GITLAB_BASE_URL=${gitlab.url}
  export GITLAB_TOKEN=${gitlab.token}     # ${gitlab.world.defaultUser}, owner of acme and globex

  # globex: a company to look at. Who may deploy where, who must approve, and what is wrong with it:
  npx pulumi-gitlab-cd matrix --group globex
  npx pulumi-gitlab-cd matrix --group globex --format html --output matrix.html
  npx pulumi-gitlab-cd import --group globex --all-projects

  # acme: empty, for the quickstart (with the Pulumi CLI: pulumi up)
  ${curl}/groups/globex/protected_environments/production
  ${curl}/projects/globex%2Fshop/environments
  ${curl}/projects/acme%2Fshop/environments -d name=production -d external_url=https://shop.example.com
  ${curl}/groups/acme/protected_environments -H "Content-Type: application/json" \\
    -d '{"name":"production","deploy_access_levels":[{"access_level":40}],"approval_rules":[{"access_level":30}]}'
`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
