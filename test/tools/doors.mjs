// Makes what programs import of both doors: the class of each resource, and the data functions and actions. Two classes are two
// declarations, and an editor shows the comment of the declaration that a name stands for: so each is made from the one comment that
// stands at its life cycle or in its interface. What the doors do differently is written by hand beside it (`registration.ts`, `calls.ts`).
// Nothing of it is committed: installing, building, type checks, tests and pages make it anew.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MADE = "// Made by test/tools/doors.mjs from";
const COMMENT = /\/\*\*(?:(?!\*\/)[^])*\*\//;

/** Writes what is new, and removes what was made of something that is no more. */
export function makeDoors(root) {
  const files = [...classes(root), functions(root)];
  for (const door of ["dynamic", "native"]) {
    const folder = join(root, "provider", "doors", door);
    for (const { name, text } of files)
      if (textOf(join(folder, name)) !== text) writeFileSync(join(folder, name), text);
    for (const name of readdirSync(folder).filter((old) => !files.some((file) => file.name === old)))
      if (textOf(join(folder, name)).startsWith(MADE)) rmSync(join(folder, name));
  }
}

const textOf = (file) => (existsSync(file) ? readFileSync(file, "utf8") : "");

function classes(root) {
  const folder = join(root, "provider", "resources");
  const names = [...textOf(join(folder, "index.ts")).matchAll(/^export \{ (\w+) \}/gm)];
  return names.map(([, life]) => {
    const from = textOf(join(folder, `${life}.ts`));
    const found = new RegExp(`(${COMMENT.source})\nexport const ${life}\\b[^=]*= (\\w*)`).exec(from);
    const [, comment, maker] = found ?? [];
    const [, id] = /The id is (`[^`]+`)/.exec(comment ?? "") ?? [];
    if (id === undefined)
      throw new Error(
        `provider/resources/${life}.ts: a comment above ${life} must say what the class is, and "The id is \`…\`".`,
      );
    // What an action did is not there to be read.
    return { name: `${life}.ts`, text: classText({ life, comment, id, isRead: maker !== "ranAction" }) };
  });
}

function classText({ life, comment, id, isRead }) {
  const name = life.replace(/^./, (first) => first.toUpperCase());
  const a = /^[AEIOU]/.test(name) ? "an" : "a";
  const get = `
  /** Reads an existing \`${name}\` by its id, ${id}, without managing it. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, args: GetArgs = {}, opts?: pulumi.CustomResourceOptions): ${name} {
    return new ${name}(name, args as life.${name}Args, getOptions(id, args, opts));
  }
`;
  return `${MADE} provider/resources/${life}.ts: change that one.
import * as pulumi from "@pulumi/pulumi";

import type { OutputsOf } from "../../fields/types";
import * as life from "../../resources/${life}";
import { ${isRead ? "type GetArgs, getOptions, " : ""}isOfType, numbersOf } from "../kind";
import { refusedHere, withStacks } from "../stacks";
import { registration, typeToken } from "./registration";

export interface ${name} extends OutputsOf<typeof life.fields> {}
${comment}
export class ${name} extends pulumi.CustomResource {
  /** The type as policy packs and the engine know it. */
  static readonly __pulumiType = typeToken(life.${life});

  constructor(name: string, args: life.${name}Args, opts?: pulumi.CustomResourceOptions) {
    try {
      super(...registration(life.${life}, name, args, opts));
    } catch (error) {
      throw refusedHere(error);
    } finally {
      withStacks();
    }
    numbersOf(this, life.${life});
  }
${isRead ? get : ""}
  /** Whether a value is ${a} \`${name}\`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is ${name} {
    return isOfType(obj, ${name}.__pulumiType);
  }
}
`;
}

/** The data functions, each with a form for arguments that come from resources; and the actions. */
function functions(root) {
  const folder = join(root, "provider", "functions");
  const said = readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const interfaces = textOf(join(folder, file)).matchAll(
        /^export interface (\w*Functions|Actions) \{\n([^]*?)^\}/gm,
      );
      return [...interfaces].flatMap(([, of, methods]) =>
        [...methods.matchAll(new RegExp(`^ {2}(${COMMENT.source})\n {2}(\\w+)\\(`, "gm"))].map(
          ([, comment, name]) => (of === "Actions" ? actionText : dataText)(name, comment),
        ),
      );
    });
  const text = `${MADE} the interfaces in provider/functions: change those.
import type { Actions } from "../../functions/actions";
import { action, data, type Data, output, type Output } from "./calls";

${said.join("\n")}`;
  return { name: "functions.ts", text };
}

/** As a comment of its own; the tag gives it a page in the API reference. */
function asFunction(comment) {
  const [, text] = /^\/\*\*\s*(?:\* )?([^]*?)\s*\*\/$/.exec(comment.replace(/^ {2}/gm, ""));
  return `/**\n * ${text}\n * @function\n */`;
}

const actionText = (name, comment) => `${asFunction(comment)}
export const ${name}: Actions["${name}"] = action("${name}");
`;

const dataText = (name, comment) => `${asFunction(comment)}
export const ${name}: Data<"${name}"> = data("${name}");
/**
 * \`${name}\` for arguments that come from resources: waits for them. A secret, encrypted in state and hidden in output, where one of
 * them is or where the answer may hold secrets.
 */
export const ${name}Output: Output<"${name}"> = output("${name}");
`;

makeDoors(join(import.meta.dirname, "..", ".."));
