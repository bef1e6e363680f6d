import { expect, it } from "vitest";

import { ProviderStack, type Declared } from "../support/providerStack";
import { startGitLab } from "../support/stack";
import { environment, LONG_MS, operation } from "./operation";

const SECRET = "c4nary-s3cret&<value>";
const HIDDEN = /c4nary|s3cret/i;
const pipeline = (props: object): Declared => ({
  name: "p",
  kind: "pipeline",
  props: { project: "acme/shop", ref: "main", ...props },
});

/** Every argument whose value may be a secret, with one. */
const secretive: Record<string, Declared> = {
  externalUrl: environment({ externalUrl: `https://${SECRET}` }),
  description: environment({ description: SECRET }),
  kubernetesNamespace: environment({ clusterAgentId: 1, kubernetesNamespace: "c4nary-s3cret" }),
  fluxResourcePath: environment({ clusterAgentId: 1, kubernetesNamespace: "shop", fluxResourcePath: SECRET }),
  variables: pipeline({ variables: [{ key: "PASSWORD", value: SECRET }] }),
  inputs: pipeline({ inputs: { password: SECRET, list: [SECRET] } }),
  comment: {
    name: "a",
    kind: "deploymentApproval",
    props: { project: "acme/shop", deploymentId: 1, status: "approved", comment: SECRET },
  },
};

const html = (text: string): string => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
const echoes = (text: string): unknown[] => [
  { message: { base: [`${text} is refused, ${html(text)} and ${encodeURIComponent(text)} too`] } },
  { error: `${[...text].join("\u200b")} and ${[...text].map(html).join("<b></b>")}` },
  `<html><title>${html(text)}</title></html>`,
];

it.each(Object.keys(secretive))(
  "%s stands in no error and no line, however GitLab or a proxy spells it",
  async (argument) => {
    const gitlab = await startGitLab();
    const declared = secretive[argument]!;
    const given = declared.props[argument];
    const value = typeof given === "string" ? given : SECRET;
    for (const status of [400, 403, 500])
      for (const body of echoes(value)) {
        const remove = gitlab.fault({ method: "POST", status, body });
        const { errors, lines } = await operation(
          { gitlab: { url: gitlab.url, token: gitlab.token } },
          (process) => new ProviderStack("gitlab").up(process, [declared]),
          { env: { GITLAB_SERVER_TIMEOUT: "1" } },
        );
        remove();
        expect(errors).toHaveLength(1);
        expect(`${errors.join()} ${lines}`.replaceAll("&#45;", "")).not.toMatch(HIDDEN);
      }
  },
  LONG_MS,
);
