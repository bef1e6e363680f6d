import { execFile } from "node:child_process";

import type { Emulator } from "pulumi-gitlab-cd/testing";

const colour = (code: string, text: string) => (process.stdout.isTTY && !process.env["NO_COLOR"] ? `\x1b[${code}m${text}\x1b[0m` : text);

export function say(text: string): void {
  console.log(text);
}

export function heading(title: string, expectation: string): void {
  console.log(`\n${colour("1;36", `━━ ${title}`)}\n   ${colour("2", expectation)}\n`);
}

/** The request log of one step, as a person reads it. */
export function showRequests(requests: Emulator["requests"]): void {
  const count = requests.length === 1 ? "1 request" : `${requests.length} requests`;
  console.log(`\n${colour("1", `→ ${count} to GitLab`)}`);
  for (const { method, path, query, body, status } of requests) {
    const asked = `${method} ${path.replace("/api/v4", "")}${queryText(query)}`;
    console.log(`  ${colour(method === "GET" ? "2" : "33", asked)} ${status}`);
    if (body !== undefined && method !== "GET") console.log(`      ${JSON.stringify(body)}`);
  }
}

function queryText(query: unknown): string {
  const text = typeof query === "string" ? query.replace(/^\?/, "") : new URLSearchParams(query as Record<string, string>).toString();
  return text === "" ? "" : `?${text}`;
}

/** What somebody does without Pulumi. */
export async function byHand(gitlab: Emulator, method: string, path: string, body?: unknown): Promise<void> {
  const answer = await fetch(`${gitlab.url}/api/v4${path}`, {
    method,
    headers: { "PRIVATE-TOKEN": gitlab.token, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const shown = method === "GET" ? ` ${JSON.stringify(await answer.json())}` : ` ${JSON.stringify(body)}`;
  console.log(`  ${colour("33", `${method} ${path}`)}${shown} ${answer.status}`);
}

/** The CLI's version where there is one. */
export function pulumiOnPath(): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile("pulumi", ["version"], (error, stdout) => resolve(error ? undefined : stdout.trim()));
  });
}
