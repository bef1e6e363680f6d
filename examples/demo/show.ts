import type { Emulator } from "pulumi-gitlab-cd-testing";

const colour = (code: string, text: string) =>
  process.stdout.isTTY && !process.env["NO_COLOR"] ? `\x1b[${code}m${text}\x1b[0m` : text;

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
    if (Object.keys(body).length > 0) console.log(`      ${JSON.stringify(body)}`);
  }
}

function queryText(query: object): string {
  const text = new URLSearchParams(query as Record<string, string>).toString();
  return text === "" ? "" : `?${text}`;
}

/** What somebody does without Pulumi. */
export async function byHand(gitlab: Emulator, method: string, path: string, body: unknown): Promise<void> {
  const { status } = await ask(gitlab, method, path, body);
  console.log(`  ${colour("33", `${method} ${path}`)} ${JSON.stringify(body)} ${status}`);
}

export async function list(gitlab: Emulator, path: string): Promise<Record<string, unknown>[]> {
  return (await (await ask(gitlab, "GET", path)).json()) as Record<string, unknown>[];
}

function ask(gitlab: Emulator, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${gitlab.url}/api/v4${path}`, {
    method,
    headers: { "PRIVATE-TOKEN": gitlab.token, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
