import type * as pulumi from "@pulumi/pulumi";

import type { Props } from "../fields/check";
import type { ConfigSource } from "../gitlab/connection/clients";
import { oneLine } from "../text/show";
import { PartialFailure } from "./errors";
import type { Lifecycle } from "./lifecycle";
import { type Door, Operations, sentence } from "./operations";
import { siblings } from "./siblings";

/** Turns a life cycle into what the engine's process for dynamic resources calls; it is loaded with the first call. */
export function dynamicProvider(load: () => Lifecycle): pulumi.dynamic.ResourceProvider {
  let config: ConfigSource = { get: () => undefined };
  const door: Door = {
    get config() {
      return config;
    },
    env: process.env,
    // Under the stack; the engine shows it without the resource's name, so each line starts with the id.
    say: (line) => console.log(oneLine(line)),
  };
  let loaded: Operations | undefined;
  const operations = (): Operations => (loaded ??= new Operations(load(), door));

  return {
    // The engine's provider process does not wait for `configure` before it serves the next call: store, never await.
    async configure(request) {
      // The SDK's process is started with the engine's address.
      siblings.join(process.argv.at(-1));
      config = { get: (namespace, key) => request.config.get(`${namespace}:${key}`) };
    },

    async check(olds: Props, news: Props) {
      const { inputs, failures } = operations().check(olds ?? {}, news);
      // Without `property` the engine prints the reason alone; with it, also the value, which may be long or secret.
      return {
        inputs,
        failures: failures.map((failure) => ({ property: "", reason: sentence(failure) })),
      };
    },

    diff: presenting(async (id: string, olds: Props, news: Props) => {
      const { changes, replaces } = await operations().diff(id, olds, news);
      return { changes, replaces, deleteBeforeReplace: false };
    }),

    async create(inputs: Props) {
      return keepingLoader(inputs, () => operations().create(inputs));
    },

    read: presenting(async (id: string, props: Props) => {
      const seen = await operations().read(id, props);
      return seen === undefined ? {} : { id, props: seen.outs, inputs: seen.inputs };
    }),

    async update(id: string, olds: Props, news: Props) {
      return keepingLoader(news, async () => ({ outs: await operations().update(id, olds, news) }));
    },

    delete: presenting((id: string, props: Props) => operations().delete(id, props)),
  };
}

/**
 * The engine prints `error.message` of every call, and of diff, read and delete also `` `${error}: ${error.stack}` ``, without the
 * resource's name. This makes the latter read `acme/shop:17: what went wrong`.
 */
function presenting<Rest extends Props[], T>(
  call: (id: string, ...rest: Rest) => Promise<T>,
): (id: string, ...rest: Rest) => Promise<T> {
  return async (id, ...rest) => {
    try {
      return await call(id, ...rest);
    } catch (error) {
      // A stack of our own is empty; any other is a fault in this package and worth seeing whole.
      if (!(error instanceof Error) || error.stack !== "") throw error;
      const [label, sentence] = labelled(id, error.message);
      throw Object.assign(new Error(error.message), { toString: () => label, stack: sentence });
    }
  };
}

/** `acme/shop:17 (environment staging)` or the id alone, and what is said of it. */
function labelled(id: string, message: string): [label: string, sentence: string] {
  const end = message.startsWith(id) ? message.indexOf(": ", id.length) : -1;
  const label = message.slice(0, end);
  const isLabel = label === id || (label.startsWith(`${id} (`) && label.endsWith(")"));
  return isLabel ? [label, message.slice(end + 2)] : [id, message];
}

/** What was created stays in state even where the operation failed half-way; the engine needs the loader text with it. */
async function keepingLoader<T>(inputs: Props, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof PartialFailure) error.properties["__provider"] = inputs["__provider"];
    throw error;
  }
}
