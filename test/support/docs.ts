import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ROOT } from "./root";

/** The programs and project files that a page shows in one language, in their order. */
export function shown(page: string, language: string): string[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm"))].map(
    ([, block]) => block ?? "",
  );
}
