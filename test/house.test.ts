import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, expect, it } from "vitest";

import { ROOT } from "./support/root";

const HOUSE = readFileSync(join(ROOT, "docs", "how-it-is-built.md"), "utf8");

const sources = new Map(
  readdirSync(join(ROOT, "provider"), { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts"))
    .map((name): [string, string] => [name, readFileSync(join(ROOT, "provider", name), "utf8")]),
);

/** What a file imports of ours, types too. */
function importsOf(file: string): string[] {
  const source = sources.get(file) ?? "";
  return [...source.matchAll(/from "(\.[^"]+)"/g)].map(([, path]) => {
    const to = posix.join(dirname(file), path ?? "");
    return sources.has(`${to}.ts`) ? `${to}.ts` : `${to}/index.ts`;
  });
}

/** `lifecycle` of `lifecycle/access/planner.ts`; a file at the top is a room of its own. */
function roomOf(file: string): string {
  return (file.split("/")[0] ?? file).replace(/\.ts$/, "");
}

type Graph = Map<string, Set<string>>;

function graphOf(nameOf: (file: string) => string): Graph {
  const graph: Graph = new Map();
  for (const file of sources.keys()) {
    const from = nameOf(file);
    const known = graph.get(from) ?? new Set<string>();
    graph.set(from, known);
    for (const to of importsOf(file).map(nameOf)) if (to !== from) known.add(to);
  }
  return graph;
}

function reachable(graph: Graph, from: string, seen = new Set<string>()): Set<string> {
  for (const next of graph.get(from) ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    reachable(graph, next, seen);
  }
  return seen;
}

/** Every arrow, without those that a longer way stands for. */
function arrowsOf(graph: Graph): string[] {
  return [...graph].flatMap(([from, direct]) =>
    [...direct]
      .filter((to) => ![...direct].some((other) => other !== to && reachable(graph, other).has(to)))
      .map((to) => `${from} --> ${to}`),
  );
}

describe("the house", () => {
  it("is drawn as its imports are", () => {
    const [, picture = ""] = /```mermaid\n([^]*?)```/.exec(HOUSE) ?? [];
    const drawn = [...picture.matchAll(/^ +(\w+)(?:\[[^\]]*\])? --> (\w+)/gm)].map(
      ([, a, b]) => `${a} --> ${b}`,
    );
    expect(drawn.sort()).toEqual(arrowsOf(graphOf(roomOf)).sort());
  });

  it("has no two files that need each other", () => {
    const graph = graphOf((file) => file);
    expect([...graph.keys()].filter((file) => reachable(graph, file).has(file))).toEqual([]);
  });

  it("loads Pulumi only in doors, and axios only in the client", () => {
    const loading = (module: RegExp) =>
      [...sources].filter(([, source]) => module.test(source)).map(([file]) => file);
    const pulumi = loading(/^import (?!type )[^;]*from "@pulumi\/pulumi"/m).map(roomOf);
    expect([...new Set(pulumi)]).toEqual(["doors"]);
    expect([...new Set(loading(/(from|import\(|require\()\s*"axios/).map(dirname))]).toEqual([
      "gitlab/request",
    ]);
  });

  it("has files that fit a head: none over 300 lines, half of them under 120", () => {
    const lengths = [...sources].map(([file, source]) => ({ file, lines: source.split("\n").length - 1 }));
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(120);
  });

  it("has each resource in every place that a new one is said to touch", () => {
    const [, places = ""] = /\*\*To add a resource\*\*([^]*?)\n- \*\*/.exec(HOUSE) ?? [];
    const named = [...places.matchAll(/`([\w./-]+\/[\w./-]+)`/g)].map(([, path]) => join(ROOT, path ?? ""));
    expect(named.length).toBeGreaterThan(8);
    const resources = [...sources].flatMap(([file, source]) => {
      const [, name] = /^resources\/(\w+)\.ts$/.exec(file) ?? [];
      return name !== undefined && / extends ArgsOf</.test(source) ? [name] : [];
    });
    expect(resources).toHaveLength(8);
    const missing = resources.flatMap((name) => {
      const className = name.replace(/^./, (first) => first.toUpperCase());
      const mentions = (text: string) => new RegExp(`\\b(${name}|${className})(Args)?\\b`).test(text);
      return named
        .filter((place) =>
          statSync(place).isDirectory()
            ? !existsSync(join(place, `${name}.ts`))
            : !mentions(readFileSync(place, "utf8")),
        )
        .map((place) => `${name} in ${place}`);
    });
    expect(missing).toEqual([]);
  });

  it("has one text for what both doors make of resources and functions, and no class by hand", () => {
    const made = [...sources.keys()].filter((file) =>
      sources.get(file)?.startsWith("// Made by test/tools/doors.mjs"),
    );
    const dynamic = made.filter((file) => file.startsWith("doors/dynamic/"));
    expect(dynamic).toHaveLength(9);
    expect(made).toHaveLength(18);
    for (const file of dynamic)
      expect(sources.get(file.replace("/dynamic/", "/native/")), file).toBe(sources.get(file));
    const classes = [...sources].filter(([, source]) => source.includes(" extends pulumi.CustomResource "));
    expect(classes.map(([file]) => file).filter((file) => !made.includes(file))).toEqual([]);
  });

  it("has each finding where a new one is said to go", () => {
    const words = [...(sources.get("cli/matrix/model.ts") ?? "").matchAll(/^ {2}"([a-z-]+)",$/gm)];
    const rules = [...sources].filter(([file]) => file.startsWith("cli/matrix/findings/"));
    const documented = readFileSync(join(ROOT, "docs", "matrix.schema.json"), "utf8");
    expect(words.length).toBeGreaterThan(15);
    for (const [, word = ""] of words) {
      expect(
        rules.some(([, source]) => source.includes(`"${word}"`)),
        `${word} has a rule`,
      ).toBe(true);
      expect(documented).toMatch(new RegExp(`[ :]${word}[,"]`));
    }
  });

  it("is described by files that are there", () => {
    const documents = [HOUSE, readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8")];
    const named = documents.flatMap((text) =>
      [...text.matchAll(/`((?:provider|test|testing|examples|docs)\/[\w./-]+)`/g)].map(
        ([, path]) => path ?? "",
      ),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
