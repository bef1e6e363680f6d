import { createHash } from "node:crypto";

/**
 * The slug GitLab derives from an environment's name: at most 24 of `a-z0-9-`, a letter first; a name that could not be
 * kept as it is gets a suffix from its SHA-256, so that two names never share a slug by shortening.
 * https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/gitlab/slug/environment.rb
 */
export function environmentSlug(name: string): string {
  const lowered = name.toLowerCase().replace(/[^a-z0-9]/g, "-");
  const slug = (/^[a-z]/.test(lowered) ? lowered : `env-${lowered}`).replace(/-+/g, "-");
  if (slug.length <= 24 && slug === name) return slug.replace(/-$/, "");
  const short = slug.slice(0, 17);
  return `${short}${short.endsWith("-") ? "" : "-"}${suffix(name)}`;
}

function suffix(name: string): string {
  return BigInt(`0x${createHash("sha256").update(name).digest("hex")}`)
    .toString(36)
    .slice(-6);
}
