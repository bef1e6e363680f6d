import { Emulator } from "./emulator";

/** `npm run emulator -- --port 8929`: a GitLab to play with. */
async function main(args: readonly string[]): Promise<void> {
  const position = args.indexOf("--port");
  const port = position < 0 ? 8929 : Number(args[position + 1]);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    console.error("Usage: npm run emulator -- [--port NUMBER]");
    process.exitCode = 2;
    return;
  }
  const gitlab = await Emulator.start({ port });
  console.log(greeting(gitlab));
  process.once("SIGINT", () => void gitlab.stop());
  process.once("SIGTERM", () => void gitlab.stop());
}

function greeting(gitlab: Emulator): string {
  const curl = `curl -s -H "PRIVATE-TOKEN: $GITLAB_TOKEN"`;
  return `GitLab emulator on ${gitlab.url} (in memory: gone when it stops; Ctrl-C stops it)

  export GITLAB_BASE_URL=${gitlab.url}
  export GITLAB_TOKEN=${gitlab.token}     # ${gitlab.world.defaultUser}, owner of the group acme

Try:
  ${curl} ${gitlab.url}/api/v4/version
  ${curl} -d name=production -d external_url=https://shop.example.com \\
    ${gitlab.url}/api/v4/projects/acme%2Fshop/environments
  ${curl} ${gitlab.url}/api/v4/projects/acme%2Fshop/environments
  ${curl} -H "Content-Type: application/json" \\
    -d '{"name":"production","deploy_access_levels":[{"access_level":40}],"approval_rules":[{"access_level":30}]}' \\
    ${gitlab.url}/api/v4/groups/acme/protected_environments
  ${curl} ${gitlab.url}/api/v4/groups/acme/protected_environments/production
`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
