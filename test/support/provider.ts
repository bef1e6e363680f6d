import { join } from "node:path";

import { onTestFinished } from "vitest";

import type { DynamicName } from "../../provider/dynamic";
import { loaderText } from "../../provider/lifecycle/loaderText";
import { DynamicProvider } from "../../testing/engine/protocol/dynamicProvider";

type Props = Record<string, unknown>;

/** What `check` of one of our providers says, asked in the SDK's own provider process. */
export async function startProvider(
  name: DynamicName,
): Promise<
  (news: Props, olds?: Props) => Promise<{ inputs: Props; failures: readonly { reason: string }[] }>
> {
  const __provider = loaderText(name);
  const provider = new DynamicProvider(
    {
      cwd: join(__dirname, "..", ".."),
      env: { ...process.env },
      node: undefined,
      engineAddress: () => "127.0.0.1:0",
      onLine: () => undefined,
    },
    {},
  );
  onTestFinished(() => provider.close());
  return async (news, olds = {}) => {
    const { inputs, failures } = await provider.check(
      "urn:checked",
      { ...olds, __provider },
      { ...news, __provider },
    );
    const { __provider: _, ...rest } = inputs as Props;
    return { inputs: rest, failures };
  };
}
