import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from "node:crypto";

/**
 * The passphrase secrets manager: AES-256-GCM under a key from PBKDF2 with 1,000,000 rounds of SHA-256, so that the CLI reads
 * what is written here and the other way round. https://www.pulumi.com/docs/iac/concepts/secrets/#changing-the-secrets-provider-for-a-stack
 */
export interface Crypter {
  /** `v1:<salt>:v1:<nonce>:<proof>`, the `state.salt` of a deployment's `secrets_providers`. */
  readonly salt: string;
  encrypt(text: string): string;
  decrypt(text: string): string;
}

const cache = new Map<string, Crypter>();

function seal(key: Buffer, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
}

function open(key: Buffer, text: string): string {
  const [version, nonce, sealed] = text.split(":");
  if (version !== "v1" || nonce === undefined || sealed === undefined) {
    throw new Error("A secret in the state is not in the form of the passphrase secrets provider.");
  }
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(-16));
  return decipher.update(bytes.subarray(0, -16), undefined, "utf8") + decipher.final("utf8");
}

/** Deriving a key takes about half a second, so it happens once for each passphrase and salt, and only when a secret is met. */
export function crypterFor(passphrase: string, salt?: string): Crypter {
  const cacheKey = `${passphrase}\0${salt ?? ""}`;
  const cached = cache.get(cacheKey);
  if (cached !== undefined) return cached;
  const saltBytes = salt === undefined ? randomBytes(8) : Buffer.from(salt.split(":")[1] ?? "", "base64");
  const key = pbkdf2Sync(passphrase, saltBytes, 1_000_000, 32, "sha256");
  const crypter: Crypter = {
    salt: salt ?? `v1:${saltBytes.toString("base64")}:${seal(key, "pulumi")}`,
    encrypt: (text) => seal(key, text),
    decrypt: (text) => open(key, text),
  };
  assertPassphrase(crypter);
  cache.set(cacheKey, crypter);
  cache.set(`${passphrase}\0${crypter.salt}`, crypter);
  return crypter;
}

function assertPassphrase(crypter: Crypter): void {
  try {
    if (crypter.decrypt(crypter.salt.split(":").slice(2).join(":")) === "pulumi") return;
  } catch {
    // An authentication failure means the same as a wrong proof.
  }
  throw new Error("incorrect passphrase: the state's secrets were encrypted with another one");
}
