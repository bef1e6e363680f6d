import { expect } from "vitest";
import { onCli } from "../real-cli/cli";
import { YamlBench } from "./yamlBench";

const program = (externalUrl: string) => ({
  resources: {
    production: {
      type: "gitlab-cd:index:Environment",
      properties: { project: "acme/shop", name: "production", externalUrl },
    },
  },
  outputs: { slug: "${production.slug}", number: "${production.environmentId}", at: "${production.createdAt}" },
});

onCli("smoke", async () => {
  const bench = await YamlBench.open(program("https://a.example.com"));
  for (const run of [
    () => bench.stack.preview(),
    () => bench.stack.up(),
    () => bench.stack.preview(),
    async () => {
      bench.write(program("https://b.example.com"));
      return bench.stack.preview({ diff: true });
    },
    () => bench.stack.up(),
    () => bench.stack.refresh(),
    () => bench.stack.destroy(),
  ]) {
    const result = await run();
    console.log(result.text, result.requests.map((r) => `${r.method} ${r.path}`));
  }
  expect(1).toBe(1);
});
