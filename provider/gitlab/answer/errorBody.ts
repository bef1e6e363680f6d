import { printable } from "../../text/show";
import type { ErrorDetails, Missing } from "./errors";

/** What an error body says. `code` is the machine word of OAuth answers: `invalid_token`, `insufficient_scope`. */
export interface ErrorBody {
  readonly details: ErrorDetails;
  readonly code?: string;
  /** The body's `message` is an object: a service spoke, not the authentication. */
  readonly nested: boolean;
  /**
   * Who speaks, by the shape: `gitlab` with a `message` (or an OAuth error), its `router` with nothing but an `error`,
   * `elsewhere` something that is neither: a page, or nothing at all.
   */
  readonly origin: "gitlab" | "router" | "elsewhere";
  /** What a 404 is about, where these are GitLab's own words. */
  readonly missing?: Missing;
}

const MAX_SENTENCES = 20;
const MAX_DEPTH = 6;
const MAX_BODY = 200_000;

/** Keys that name no field of the request; what stands under them is a sentence of its own. */
const NOT_A_FIELD = new Set(["message", "error", "error_description", "base"]);

class Collector {
  readonly sentences: string[] = [];
  readonly fields = new Map<string, string[]>();
  readonly records = new Map<string, number>();

  constructor(private readonly redact: (text: string) => string) {}

  /** Depth and number are bounded, so a hostile body costs no more than a small one. */
  walk(value: unknown, field: string, depth: number): void {
    if (this.sentences.length >= MAX_SENTENCES || depth > MAX_DEPTH) return;
    if (typeof value === "string" || typeof value === "number") this.#say(String(value), field);
    else if (Array.isArray(value)) {
      // Objects inside lists are records (review_apps lists environments there), not sentences.
      if (value.every((item) => typeof item === "object")) {
        this.records.set(printable(field, this.redact, 100), value.length);
      }
      for (const item of value.slice(0, MAX_SENTENCES)) {
        if (typeof item !== "object") this.walk(item, field, depth + 1);
      }
    } else if (typeof value === "object" && value !== null) {
      for (const key of Object.keys(value).slice(0, MAX_SENTENCES)) {
        const path = NOT_A_FIELD.has(key) ? field : field === "" ? key : `${field}.${key}`;
        this.walk((value as Record<string, unknown>)[key], path, depth + 1);
      }
    }
  }

  #say(text: string, field: string): void {
    const sentence = printable(text, this.redact);
    if (sentence === "") return;
    const name = printable(field, this.redact, 100);
    // "name has already been taken", but "ref: The branch or tag does not exist".
    const whole = name === "" ? sentence : `${name}${/^\p{Lu}/u.test(sentence) ? ":" : ""} ${sentence}`;
    if (!this.sentences.includes(whole)) this.sentences.push(whole);
    if (name !== "") this.fields.set(name, [...(this.fields.get(name) ?? []), sentence]);
  }

  details(): ErrorDetails {
    return {
      sentences: this.sentences,
      fields: Object.fromEntries(this.fields),
      ...(this.records.size === 0 ? {} : { records: Object.fromEntries(this.records) }),
    };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of an HTML page (a load balancer's, a sign-in form) only the title is worth repeating. */
function plainText(text: string): string {
  if (!/^\s*<|<html|<body/i.test(text.slice(0, 1000))) return text.slice(0, 1000);
  const heading = /<title[^>]{0,200}>([^<]{0,300})/i.exec(text) ?? /<h1[^>]{0,200}>([^<]{0,300})/i.exec(text);
  return heading?.[1] ?? "an HTML page";
}

/**
 * GitLab's `not_found!` begins with 404 in every language. A record that is missing is "404 Not found" alone; a resource
 * that it names ("404 Project Not Found") stands above it.
 * https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/api/helpers.rb (`not_found!`, `handle_api_exception`)
 */
function missingIn(message: unknown): { missing?: Missing } {
  if (typeof message !== "string" || !message.startsWith("404")) return {};
  return { missing: /^404 not found$/i.test(message) ? "record" : "parent" };
}

/**
 * Reads the body of a refused request: any of GitLab's JSON shapes
 * (`message` as text, list, fields or nested; `error` with or without `error_description`), plain text, or HTML.
 */
export function readErrorBody(text: string, redact: (text: string) => string): ErrorBody {
  // Nobody's sentence is longer; a page of megabytes must not cost more than a short one.
  const body = text.slice(0, MAX_BODY + 1);
  const collector = new Collector(redact);
  const json = body.length <= MAX_BODY ? parseJson(body) : undefined;
  if (typeof json !== "object" || json === null) {
    collector.walk(typeof json === "string" ? json : plainText(body), "", 0);
    return { details: collector.details(), nested: false, origin: "elsewhere" };
  }
  const { message, error, error_description: description } = json as Record<string, unknown>;
  const spoken = [message, error, description].filter((part) => part !== undefined);
  for (const part of spoken.length > 0 ? spoken : [json]) collector.walk(part, "", 0);
  return {
    details: collector.details(),
    origin: message === undefined && description === undefined ? "router" : "gitlab",
    nested: typeof message === "object" && message !== null && !Array.isArray(message),
    ...missingIn(message),
    ...(typeof error === "string" && typeof description === "string" ? { code: error } : {}),
  };
}
