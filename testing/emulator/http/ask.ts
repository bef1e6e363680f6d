/** An answer as a test wants to look at it. */
export interface Asked {
  readonly status: number;
  /** Parsed where it is JSON, else the text; undefined where there is none. */
  // Tests look into bodies of every shape; typing them would only move the casts there.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
  readonly headers: Headers;
}

/** One request over real HTTP; `body` goes as JSON, `URLSearchParams` as a form. Redirects are not followed. */
export async function ask(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body?: unknown,
): Promise<Asked> {
  const form = body instanceof URLSearchParams || body instanceof FormData;
  const response = await fetch(url, {
    method,
    redirect: "manual",
    headers: { ...(body !== undefined && !form && { "Content-Type": "application/json" }), ...headers },
    ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get("content-type")?.startsWith("application/json");
  return {
    status: response.status,
    body: text === "" ? undefined : json ? JSON.parse(text) : text,
    headers: response.headers,
  };
}
