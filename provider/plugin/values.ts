import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import { isObject } from "../fields/compound";
import type { Props } from "../fields/check";

/**
 * Property maps as the engine writes them: plain JSON in a `Struct`, with a signature where a value is more than JSON. Unknown
 * values are a text of their own and pass as they are.
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
 */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** What no field of ours can be. */
const OTHERS: Readonly<Record<string, string>> = {
  c44067f5952c0a294b673a41bacd8c17: "an asset",
  "0def7320c3a5731c473e5ecbe6d01bc7": "an archive",
  "5cf8f73096256a8f31e491e813e4eb8e": "a resource",
  d0e6a833031e9bbcd3f4e8bde6ca49a4: "an output",
};

/** The values in clear; the engine marks outputs of the same names as secret again. */
export function fromStruct(struct: Struct | undefined): Props {
  return plain(struct?.toJavaScript() ?? {}, "") as Props;
}

function plain(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((item, i) => plain(item, `${path}[${i}]`));
  if (!isObject(value)) return value;
  const signature = value[SIGNATURE];
  if (signature === SECRET) return plain(value["value"], path);
  if (signature !== undefined)
    throw new TypeError(
      `${path} is ${OTHERS[textOf(signature)] ?? "a value of a kind"} that this provider does not take.`,
    );
  const dot = path === "" ? "" : ".";
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, path + dot + key)]));
}

/** Nothing inside may be undefined. */
export function toStruct(props: Props): Struct {
  return Struct.fromJavaScript(props as Parameters<typeof Struct.fromJavaScript>[0]);
}

/** A value that the engine encrypts wherever it keeps it. */
export function secret(value: unknown): Props {
  return { [SIGNATURE]: SECRET, value };
}

/** A setting as it would be typed; empty where there is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}
