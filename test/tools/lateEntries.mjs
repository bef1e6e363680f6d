// Rewrites what programs import, so that each name loads its own module, and only when it is asked for, as in the SDKs that Pulumi
// generates: a program that declares one kind of resource does not pay for the others. Types are as the compiler wrote them.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const require = createRequire(import.meta.url);

for (const name of ["index", "native"]) {
  const source = readFileSync(join(root, "provider", `${name}.ts`), "utf8");
  const file = join(root, "dist", "provider", `${name}.js`);
  writeFileSync(file, entry(modules(source, dirname(file)), Object.keys(require(file))));
}

/** The names of each module, by the lines `export … from "…"`; types are not among them. */
function modules(source, folder) {
  const lines = [...source.matchAll(/^export (?:\{([^}]*)\}|\*) from "([^"]+)";$/gm)];
  return lines.map(([, some, from]) => {
    const all = Object.keys(require(join(folder, from)));
    const named = some?.split(",").map((name) => name.trim());
    return [from, named === undefined ? all : all.filter((name) => named.includes(name))];
  });
}

function entry(modules, expected) {
  const names = modules.flatMap(([, some]) => some);
  const missing = expected.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`no line of the source says where these come from: ${missing}`);
  const late = modules.map(([from, some]) => {
    const load = `() => require(${JSON.stringify(from)})`;
    return `late(${load}, ${JSON.stringify(some)});`;
  });
  return `"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const late = (load, names) => {
  for (const name of names) Object.defineProperty(exports, name, { enumerable: true, get: () => load()[name] });
};
${late.join("\n")}
// Never run: where Node.js reads the names from, for programs in ES modules.
0 && (module.exports = { ${names.join(", ")} });
`;
}
