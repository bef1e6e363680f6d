import type { Finding } from "./model";

/** Where in GitLab's pages somebody mends it. */
function siteOf(baseUrl: string): string {
  return baseUrl.replace(/\/api\/v4$/, "");
}

function encoded(path: string): string {
  // Half a character, in a name by somebody hostile, cannot be encoded.
  return path
    .replace(/\p{Cs}/gu, "\ufffd")
    .split("/")
    .map(encodeURIComponent)
    .join("/");
}

export function environmentsLink(baseUrl: string, project: string): string {
  return `${siteOf(baseUrl)}/${encoded(project)}/-/environments`;
}

export function projectMembersLink(baseUrl: string, project: string): string {
  return `${siteOf(baseUrl)}/${encoded(project)}/-/project_members`;
}

export function rulesLink(baseUrl: string, level: Finding["level"], path: string): string {
  const place = level === "group" ? `groups/${encoded(path)}` : encoded(path);
  return `${siteOf(baseUrl)}/${place}/-/settings/ci_cd#js-protected-environments-settings`;
}

/** The page on which a finding is mended: members, environments or rules. */
export function mendLink(baseUrl: string, { code, level, container }: Finding): string {
  if (level === "project" && code === "tier-escapes") return environmentsLink(baseUrl, container);
  return rulesLink(baseUrl, level, container);
}
