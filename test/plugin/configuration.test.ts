import { describe, expect, it } from "vitest";

import type { Emulator } from "../../testing/emulator";
import { startGitLab } from "../support/stack";
import { PluginBench } from "./bench";
import { Plugin, type PluginOptions, type Props } from "./pluginClient";

const SECRET = "4dabf18193072939515e22adb298388d";
const secret = (value: string): Props => ({ [SECRET]: "1b47061264138c4ac30d75fd1eb44270", value });
const TOKEN = "glpat-of-the-configuration";

const WRONG: readonly [Props, string][] = [
  [{ tokens: "x" }, "tokens is not an argument; known are token, baseUrl, maxRequests, requestTimeout"],
  [{ base_url: "x" }, "base_url is not an argument; did you mean baseUrl?"],
  [{ baseUrl: "gitlab.example.com" }, "baseUrl is not a URL."],
  [{ baseUrl: "https://me:hunter2@gitlab.example.com" }, "baseUrl holds a user name or password."],
  [{ token: "abc" }, "token does not hold a token"],
  [{ token: "with spaces in it" }, "token does not hold a token"],
  [{ maxRequests: "many" }, "maxRequests must be a whole number from 1 to 100"],
  [{ requestTimeout: 0 }, "requestTimeout must be a whole number from 1 to 3600"],
];

describe("CheckConfig", () => {
  const check = async (...all: Props[]) => {
    const plugin = await Plugin.start();
    return Promise.all(all.map((news) => plugin.checkConfig(news)));
  };

  it("takes texts for numbers, as stack configuration has them, and leaves alone what the engine adds", async () => {
    const news = {
      baseUrl: "https://gitlab.example.com",
      maxRequests: "5",
      requestTimeout: 30,
      version: "0.1.0",
    };
    const inputs = { ...news, maxRequests: 5, __place: "https://gitlab.example.com/api/v4" };
    expect(await check(news)).toEqual([{ inputs, failures: [] }]);
  });

  it("hands the token back as a secret, however it was given", async () => {
    const [plain, hidden] = await check({ token: TOKEN }, { token: secret(TOKEN) });
    const inputs = { token: secret(TOKEN), __place: "https://gitlab.com/api/v4" };
    expect(plain).toEqual({ inputs, failures: [] });
    expect(hidden).toEqual(plain);
  });

  it("lets unknown values pass", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const [checked] = await check({ token: unknown, baseUrl: unknown, maxRequests: unknown });
    expect(checked?.failures).toEqual([]);
  });

  it("names what is wrong of the default provider by its key in the stack configuration", async () => {
    const { failures } = await (await Plugin.start()).checkConfig({ maxRequests: "many" }, "default_0_1_0");
    expect(failures).toEqual(["gitlab-cd:maxRequests must be a whole number from 1 to 100"]);
  });

  it("refuses what is wrong in one sentence that repeats no value", async () => {
    const plugin = await Plugin.start();
    for (const [news, sentence] of WRONG) {
      const { failures } = await plugin.checkConfig(news);
      expect(failures).toHaveLength(1);
      expect(failures[0]).toContain(sentence);
      expect(failures[0]).not.toMatch(/hunter2|abc$|spaces in it/);
    }
  });
});

describe("DiffConfig", () => {
  const started = async () => {
    const plugin = await Plugin.start();
    return (olds: Props, news: Props) => plugin.diffConfig(olds, news);
  };

  it("replaces where both sides name a GitLab, and not the same one", async () => {
    const diff = await started();
    const a = { baseUrl: "https://a.example.com" };
    expect(await diff(a, { baseUrl: "https://b.example.com" })).toMatchObject({
      changes: true,
      replaces: ["baseUrl"],
      detailed: { baseUrl: "update-replace" },
    });
    expect(await diff(a, { baseUrl: "https://a.example.com/api/v4/" })).toMatchObject({ replaces: [] });
  });

  it("replaces where a provider gains or loses its address, and with it its GitLab", async () => {
    const env = { GITLAB_BASE_URL: "https://a.example.com" };
    const plugin = await Plugin.start({ env });
    const held = async (news: Props) => (await plugin.checkConfig(news, "corp")).inputs;
    const [a, b] = [await held({}), await held({ baseUrl: "https://b.example.com" })];
    const sameAsA = await held({ baseUrl: "https://a.example.com/" });
    const replaces = async (olds: Props, news: Props) => (await plugin.diffConfig(olds, news)).replaces;
    expect(await replaces(a, b)).toEqual(["baseUrl"]);
    expect(await replaces(b, a)).toEqual(["baseUrl"]);
    expect([await replaces(a, sameAsA), await replaces(sameAsA, a), await replaces(a, a)]).toEqual([
      [],
      [],
      [],
    ]);
    // What the environment said then counts, not what it says now.
    const elsewhere = await Plugin.start({ env: { GITLAB_BASE_URL: "https://b.example.com" } });
    expect((await elsewhere.diffConfig(a, a)).replaces).toEqual([]);
    expect((await elsewhere.diffConfig(a, sameAsA)).replaces).toEqual([]);
  });

  it("claims nothing where the old side does not say, as on the way from the other door", async () => {
    const diff = await started();
    const b = { baseUrl: "https://b.example.com" };
    for (const [olds, news] of [
      [{}, b],
      [{ "gitlab:baseUrl": "https://a.example.com" }, b],
      [{ baseUrl: "https://a.example.com" }, { baseUrl: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }],
    ] as const) {
      expect(await diff(olds, news)).toMatchObject({ replaces: [] });
    }
  });

  it("says nothing of a configuration that is the same, and updates where another token came", async () => {
    const diff = await started();
    const same = { baseUrl: "https://a.example.com", maxRequests: 5 };
    expect(await diff(same, { ...same, maxRequests: "5" })).toMatchObject({ changes: false, detailed: {} });
    expect(await diff({ token: "glpat-one" }, { token: "glpat-two" })).toMatchObject({
      changes: true,
      replaces: [],
      detailed: { token: "update" },
    });
  });
});

/** Two GitLabs, and a provider that asks one of them: as whom, or why not. */
async function asks(options: (here: Emulator, there: Emulator) => PluginOptions): Promise<string> {
  const [here, there] = [await startGitLab(), await startGitLab()];
  const plugin = await Plugin.start(options(here, there));
  const error = await plugin.read("Environment", "acme/shop:1").then(
    () => undefined,
    (error: Error) => error.message,
  );
  const asked = [
    ...here.requests.map(({ user }) => `here as ${user}`),
    ...there.requests.map(({ user }) => `there as ${user}`),
  ];
  return asked[0] ?? String(error);
}

const danaAt = (gitlab: Emulator) => gitlab.addToken({ user: "dana" });
/** As the engine has it: the keys of the package alone, without its namespace. */
const stackConfig = (config: Props) => ({ PULUMI_CONFIG: JSON.stringify(config) });

describe("the default provider", () => {
  it("takes token and address from its configuration", async () => {
    const reached = await asks((here) => ({ config: { baseUrl: here.url, token: secret(danaAt(here)) } }));
    expect(reached).toBe("here as dana");
  });

  it("prefers the token of the environment", async () => {
    const reached = await asks((here) => ({
      gitlab: here,
      config: { baseUrl: here.url, token: secret(danaAt(here)) },
    }));
    expect(reached).toBe("here as olivia");
  });

  it("sends a token from the configuration to no address but the one beside it", async () => {
    const reached = await asks((here, there) => ({
      env: { GITLAB_BASE_URL: there.url },
      config: { baseUrl: here.url, token: secret(here.token) },
    }));
    expect(reached).toMatch(
      /^The token in gitlab-cd:token belongs to .* \(gitlab-cd:baseUrl\), but GITLAB_BASE_URL says/,
    );
  });

  it("takes the stack configuration of this moment, as the token of the state may have been replaced since", async () => {
    const reached = await asks((here) => ({
      env: stackConfig({ baseUrl: here.url, token: danaAt(here) }),
      config: { baseUrl: here.url, token: secret("glpat-revoked-since-long") },
    }));
    expect(reached).toBe("here as dana");
  });

  it("takes what was configured where that of this moment is empty, or cannot be read", async () => {
    for (const PULUMI_CONFIG of ["", "{}", "null", "nonsense"]) {
      const reached = await asks((here) => ({
        env: { PULUMI_CONFIG },
        config: { baseUrl: here.url, token: secret(danaAt(here)) },
      }));
      expect(reached).toBe("here as dana");
    }
  });

  it("stays with the GitLab that the state was made with where the configuration names another one now", async () => {
    const reached = await asks((here, there) => ({
      env: stackConfig({ baseUrl: there.url, token: there.token }),
      config: { baseUrl: here.url, token: secret(danaAt(here)) },
    }));
    expect(reached).toBe("here as dana");
  });

  it("says where a token belongs if there is none, only when it is needed", async () => {
    const { plugin } = await PluginBench.start({
      gitlab: undefined,
      config: {},
      env: { GITLAB_TOKEN: "" },
    } as object);
    await plugin.check("Environment", { project: "acme/shop", name: "production" });
    await expect(plugin.read("Environment", "acme/shop:1")).rejects.toThrow(
      "Set GITLAB_TOKEN, or run `pulumi config set --secret gitlab-cd:token`.",
    );
  });
});

it("asks for a valid token in place of one that GitLab refuses: no older one can be in force", async () => {
  const { gitlab, plugin } = await PluginBench.start();
  await plugin.configure({ baseUrl: gitlab.url, token: secret("glpat-revoked-since-long") }, "other");
  await expect(plugin.read("Environment", "acme/shop:1")).rejects.toThrow(
    "The token in `token` of the provider other is not (or no longer) valid there: set a valid one.",
  );
});

describe("an explicit provider", () => {
  const name = "other";

  it("hides who the environment says one is, and where", async () => {
    const reached = await asks((here, there) => ({
      name,
      gitlab: there,
      env: { CI_JOB_TOKEN: "job-token-of-there", CI_API_V4_URL: `${there.url}/api/v4` },
      config: { baseUrl: here.url, token: secret(danaAt(here)) },
    }));
    expect(reached).toBe("here as dana");
  });

  it("never sends the environment's token to an address of its own", async () => {
    const reached = await asks((here, there) => ({ name, gitlab: there, config: { baseUrl: here.url } }));
    expect(reached).toContain("Set `token` of the provider other.");
  });

  it("refuses to guess where its own token goes while the environment names a GitLab", async () => {
    const reached = await asks((here) => ({ name, gitlab: here, config: { token: secret(danaAt(here)) } }));
    expect(reached).toContain(
      "The token in `token` of the provider other belongs to https://gitlab.com/api/v4",
    );
  });

  it("does not take the configuration of the default one", async () => {
    const reached = await asks((here, there) => ({
      name,
      env: stackConfig({ baseUrl: there.url, token: there.token }),
      config: { baseUrl: here.url, token: secret(danaAt(here)) },
    }));
    expect(reached).toBe("here as dana");
  });

  it("prefers its own limits to those of the environment", async () => {
    const env = { GITLAB_REQUEST_TIMEOUT: "nonsense", GITLAB_MAX_REQUESTS: "nonsense" };
    const own = { requestTimeout: "30", maxRequests: "5" };
    expect(await asks((gitlab) => ({ name, gitlab, env, config: own }))).toBe("here as olivia");
    expect(await asks((gitlab) => ({ gitlab, env, config: own }))).toContain(
      "GITLAB_MAX_REQUESTS must be a whole number from 1 to 100.",
    );
  });

  it("goes where it went, not to gitlab.com, where nothing says the address any more", async () => {
    const config = (here: Emulator) => ({ __place: `${here.url}/api/v4` });
    const env = (here: Emulator) => ({ GITLAB_TOKEN: here.token });
    for (const provider of [name, "default"])
      expect(await asks((here) => ({ name: provider, env: env(here), config: config(here) }))).toMatch(
        /^here/,
      );
  });

  it("sends its own token to no address that the environment said before", async () => {
    const env = { HTTPS_PROXY: "nonsense" };
    const config = (here: Emulator) => ({ token: secret(here.token), __place: `${here.url}/api/v4` });
    expect(await asks((here) => ({ name, env, config: config(here) }))).not.toContain("here as");
  });

  it("is as the default one where it is told nothing", async () => {
    expect(await asks((here) => ({ name, gitlab: here, config: {} }))).toBe("here as olivia");
  });
});

describe("a named connection", () => {
  it("has its own variables, and `gitlab` is the default one as in the first door", async () => {
    const bench = await PluginBench.start();
    const { gitlab } = bench;
    const plugin = await Plugin.start({ gitlab, env: { BOT_TOKEN: danaAt(gitlab) }, config: {} });
    for (const connection of ["bot", "gitlab"])
      await plugin.read("Environment", "acme/shop:1", { connection }).catch(() => undefined);
    expect(new Set(gitlab.requests.map(({ user }) => user))).toEqual(new Set(["dana", "olivia"]));
  });

  it("says that no configuration of its own reaches this provider", async () => {
    const { plugin } = await PluginBench.start();
    await expect(plugin.read("Environment", "acme/shop:1", { connection: "bot" })).rejects.toThrow(
      "Set BOT_TOKEN: the configuration of other packages does not reach this provider.",
    );
  });
});
