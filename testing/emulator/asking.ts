import type { Emulator } from "./index";

/** What tests of the emulator ask it for most, and in which words. */

export const shop = "/projects/acme%2Fshop";
export const deployment = {
  environment: "production",
  ref: "main",
  sha: "main",
  tag: false,
  status: "success",
};

/** Asks the GitLab of the running test, for the status and what was said. */
export const asking =
  (gitlab: () => Emulator) =>
  async (method: string, path: string, body?: unknown, user?: string): Promise<[number, unknown]> => {
    const answer = await gitlab().api(method, path, body, user);
    return [answer.status, answer.body as unknown];
  };
