import { badAnswer, type Asked } from "./failures";
import type { ApiPath } from "../request/paths";

/**
 * What must be right in the records that states are made of, wherever they come from: the number becomes part of an id, and
 * an id like `acme/shop:undefined` could never be updated or deleted again.
 */
const RECORDS: readonly { readonly endpoint: RegExp; readonly texts: readonly string[] }[] = [
  { endpoint: /^\/projects\/:\/environments(\/:(\/stop)?)?$/, texts: ["name", "state"] },
  { endpoint: /^\/projects\/:\/deployments(\/:)?$/, texts: ["sha", "ref", "status"] },
  { endpoint: /^\/projects\/:\/pipelines?(\/:(\/metadata)?)?$/, texts: ["ref", "status"] },
];

/** Refuses an answer with a record, or a list with one, that is none. */
export function requireRecords(asked: Asked, path: ApiPath, value: unknown): void {
  const texts = RECORDS.find(({ endpoint }) => endpoint.test(path.template))?.texts;
  if (texts === undefined || value === undefined) return;
  const isList = asked.method === "GET" && !path.template.endsWith(":") && Array.isArray(value);
  for (const item of isList ? (value as unknown[]) : [value]) {
    const missing = flawIn(item, texts);
    if (missing !== undefined) throw badAnswer(asked, `has no usable "${missing}"`);
  }
}

function flawIn(item: unknown, texts: readonly string[]): string | undefined {
  const isRecord = typeof item === "object" && item !== null;
  const record = new Map<string, unknown>(isRecord ? Object.entries(item) : []);
  const id = record.get("id");
  if (!Number.isSafeInteger(id) || (id as number) < 1) return "id";
  return texts.find((name) => typeof record.get(name) !== "string");
}
