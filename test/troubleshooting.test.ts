import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(__dirname, "..");

/** The sources with sentences in one piece, as a user reads them. */
const sources = readdirSync(join(ROOT, "provider"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => readFileSync(join(ROOT, "provider", path), "utf8"))
  .join("\n")
  .replace(/[`"]\s*\+\s*[`"]/g, "")
  .replaceAll("\\`", "`");

const page = readFileSync(join(ROOT, "docs", "troubleshooting.md"), "utf8");
const texts = [...page.matchAll(/^### `(.+?)`$/gm)].map(([, text]) => text ?? "");

it("there are texts to check", () => expect(texts.length).toBeGreaterThan(20));

it.each(texts)("“%s” is still said", (text) => {
  const fixed = text.split("…").filter((part) => part.trim().length > 2);
  expect(fixed.length).toBeGreaterThan(0);
  for (const part of fixed) expect(sources).toContain(part);
});
