/** What each exit code means; scripts depend on them. */
export const EXIT = {
  ok: 0,
  /** Findings at or above `--fail-on`. */
  findings: 1,
  /** Wrong arguments, a missing token, a file that cannot be written. */
  usage: 2,
  /** GitLab refused, or could not be reached. */
  gitlab: 3,
} as const;

const COMMON_OPTIONS = `  --connection <name> use NAME_TOKEN and NAME_BASE_URL instead of GITLAB_TOKEN and GITLAB_BASE_URL
  --quiet             no progress on stderr
  -h, --help          this text`;

const ENVIRONMENT = `Environment:
  GITLAB_TOKEN        a token with the scope read_api. Rules of a group are shown to its Owners only, rules of a project to
                      its Maintainers; what cannot be read is said, not left out silently
  GITLAB_BASE_URL     your GitLab, such as https://gitlab.example.com (default: that of the CI job, else gitlab.com)
  NO_COLOR            no colours (there are none either where the output is not a terminal)`;

export const MAIN_HELP = `Usage: pulumi-gitlab-cd <command> [options]

Commands:
  matrix    who may deploy where and who must approve, with findings; only reads
  import    a Pulumi program for the environments and protections that exist; only reads
  note      post a preview and a matrix on a merge request, as one note that is updated

  pulumi-gitlab-cd <command> --help says more. --version prints the version.
`;

export const MATRIX_HELP = `Usage: pulumi-gitlab-cd matrix --group <path> [options]

Reads a GitLab and shows, for every environment, who may deploy and who must approve: the rules of all groups above the project
and of the project itself, taken together as GitLab does. What looks wrong is listed with the reason and the fix. Changes nothing.

  --group <path>      full path or id of a group: all projects below it, archived ones left out
  --project <path>    only this project; may be given several times, with or without --group
  --tier <tier>       only production, staging, testing, development or other; may be given several times
  --format <format>   text (default), markdown, json or html (one page, no external files)
  --output <file>     write there instead of to the terminal
  --fail-on <what>    exit with 1 where there is an error, a warning or worse (warning), or anything at all (info)
${COMMON_OPTIONS}

Exit codes:
  0  done              1  findings that --fail-on asks for
  2  wrong usage or configuration    3  GitLab refused or could not be reached

${ENVIRONMENT}

Examples:
  pulumi-gitlab-cd matrix --group acme
  pulumi-gitlab-cd matrix --group acme --format html --output matrix.html
  pulumi-gitlab-cd matrix --group acme --tier production --fail-on warning
`;

export const IMPORT_HELP = `Usage: pulumi-gitlab-cd import [--group <path>] [--project <path>]... [options]

Writes a TypeScript program that declares what exists: the protected environments of a group, and the environments and protected
environments of projects. "pulumi up" on it takes them over (adopt) without changing them. Changes nothing itself.
Deployments and pipelines are history, not configuration: they are left out.

  --group <path>      a group: its own protected environments
  --project <path>    a project: its environments and protected environments; may be given several times
  --all-projects      all projects below the group, archived ones left out
  --exclude <pattern> leave out environments whose name matches, such as 'review/*'; may be given several times
  --output <file>     write there instead of to the terminal; an existing file is kept unless --force
  --force             overwrite the file
${COMMON_OPTIONS}

Exit codes:
  0  done    2  wrong usage or configuration    3  GitLab refused or could not be reached

${ENVIRONMENT}

Examples:
  pulumi-gitlab-cd import --group acme --project acme/shop --output index.ts
  pulumi-gitlab-cd import --group acme --all-projects --exclude 'review/*' > index.ts
`;
