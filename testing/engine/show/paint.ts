/** Colours for a terminal, or none. */
export interface Paint {
  bold(text: string): string;
  /** Green for what comes, red for what goes, yellow for what changes. */
  forSymbol(symbol: string): (text: string) => string;
}

const codes: Record<string, string> = {
  "+": "32",
  "++": "32",
  "-": "31",
  "--": "31",
  "~": "33",
  "+-": "35",
  ">": "36",
};

export function paint(enabled: boolean): Paint {
  const wrap = (code: string | undefined, text: string): string =>
    enabled && code !== undefined ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    bold: (text) => wrap("1", text),
    forSymbol: (symbol) => (text) => wrap(codes[symbol.trim()], text),
  };
}
