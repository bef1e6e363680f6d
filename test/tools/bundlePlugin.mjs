// Makes the folder `plugin`, or the one that is named: the provider for every Pulumi language, in a few files that need nothing but Node.js.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { rolldown } from "rolldown";
import { parseAst } from "rolldown/parseAst";

const root = join(import.meta.dirname, "..", "..");
const require = createRequire(import.meta.url);
const folder = process.argv[2] ?? join(root, "plugin");
/** What answers in the place of `provider/plugin/server.ts`, for benchmarks. */
const otherServer = process.argv[3];
const NAME = "pulumi-resource-gitlab-cd";
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The files that the executable reads after it has printed its port, each when something in it is needed: what is bundled there. */
const PARTS = {
  "server.js": join(root, "provider", "plugin", "server.ts"),
  "engineClient.js": join(root, "provider", "plugin", "engineClient.ts"),
  "axios.js": "axios",
};

/** What a part needs of others only in part, and what it gets instead. */
const INSTEAD = {
  // What calls others, where nobody is called: gRPC's server brings all of its client.
  [NAME]: {
    "./make-client": "",
    "./channel-credentials": "",
    "./subchannel-interface": "exports.BaseSubchannelWrapper = class {};",
  },
  // Only for components.
  "server.js": { "./alias_pb.js": "" },
  // What requests are sent by: a third of axios is for `fetch`, forms and what goes on around an adapter.
  "axios.js": {
    axios: `
      import http from "axios/unsafe/adapters/http.js";
      export { default as AxiosHeaders } from "axios/unsafe/core/AxiosHeaders.js";
      export const getAdapter = () => http;`,
  },
};
/** Messages of calls that this provider refuses unread, and of language hosts: half of all there are. */
const UNREAD =
  /^(Construct|Call|List|Parameterize|GetMapping|ConfigureErrorMissingKeys|Package|PluginDependency)/;

/** Requests are only read here, and responses only written. */
const ONE_WAY =
  /^\s*(\/\*[^]*?\*\/\s*)?proto\.pulumirpc\.(\w+Request[\w.]*\.serializeBinary|(\w+Response|PluginInfo)[\w.]*\.deserializeBinary)/;

const chunks = [];
for (const [name, input] of [[NAME, join(root, "provider", "plugin", "main.ts")], ...Object.entries(PARTS)]) {
  const from = name === "server.js" && otherServer !== undefined ? resolve(otherServer) : input;
  chunks.push({ ...(await bundled(name, from)), name });
}

mkdirSync(folder, { recursive: true });
const put = (name, text) => writeFileSync(join(folder, name), text);
for (const { name, code } of chunks) put(name, inAscii(code));
chmodSync(join(folder, NAME), 0o755);
put(`${NAME}.cmd`, `@node "%~dp0${NAME}" %*\r\n`);
// Whatever project the folder is copied into.
put("package.json", `${JSON.stringify({ private: true, type: "commonjs" })}\n`);
put("LICENSES.txt", licences(chunks.flatMap(({ moduleIds }) => moduleIds)));
put("schema.json", readFileSync(join(root, "provider", "plugin", "schema.json")));

/** One file of all that the input needs, other parts aside. */
async function bundled(name, input) {
  const bundle = await rolldown({
    cwd: root,
    // As a `require` would find it.
    input: input in (INSTEAD[name] ?? {}) ? input : require.resolve(input),
    platform: "node",
    tsconfig: false,
    transform: {
      target: "node20",
      define: {
        PLUGIN_VERSION: JSON.stringify(version),
        PLUGIN_PARTS: JSON.stringify([...Object.keys(PARTS), "schema.json"]),
      },
    },
    resolve: { mainFields: ["main"] },
    plugins: [otherParts(), quickStart(name)],
    // Protobuf's own way of finding the global object; it finds it all the same.
    checks: { eval: false },
    onwarn(warning) {
      throw new Error(`the bundle: ${warning.message}`);
    },
  });
  const { output } = await bundle.generate({
    format: "cjs",
    codeSplitting: false,
    ...(name === NAME ? { banner: "#!/usr/bin/env node" } : {}),
    // The names of functions and classes are what people read in the stack of a fault.
    minify: { compress: true, mangle: { keepNames: true }, codegen: { removeWhitespace: true } },
  });
  await bundle.close();
  const [chunk, ...others] = output;
  if (others.length > 0) throw new Error(`the bundle ${name} is ${output.length} files instead of one`);
  return chunk;
}

/** What one part requires of another is read from its file, when it is required. */
function otherParts() {
  const names = new Map(Object.entries(PARTS).map(([name, input]) => [input, `./${name}`]));
  return {
    name: "other-parts",
    resolveId(id, importer) {
      if (importer === undefined) return null;
      const input = id.startsWith(".") ? `${join(dirname(importer), id)}.ts` : id;
      return names.has(input) ? { id: names.get(input), external: true } : null;
    },
  };
}

/**
 * What the process reads, compiles and runs before it answers is most of what a short operation takes: docs/benchmarks.md, "Starts".
 */
function quickStart(name) {
  // With what they bring, a quarter of the text: descriptions of gRPC's own services, which nobody asks this server for; forms, which
  // GitLab is never sent; and what the proxies of axios would print of each request.
  const without = {
    "@grpc/proto-loader": `exports.loadSync = () => { throw new Error("@grpc/proto-loader is not in this file"); };`,
    "form-data": "module.exports = class FormData {};",
    debug: "module.exports = () => () => undefined;",
    ...INSTEAD[name],
  };
  return {
    name: "quick-start",
    resolveId: (id) => (id in without ? `\0without:${id}` : null),
    load: (id) => without[id.replace("\0without:", "")] ?? null,
    // What protobuf offers for taking it out: every message as a plain object, for people who print them.
    transform: (code, id) => {
      if (id.endsWith("_pb.js"))
        return withoutUnread(code, id).replaceAll("jspb.Message.GENERATE_TO_OBJECT", "false");
      return id.endsWith("subchannel-address.js") ? withoutParsing(code) : null;
    },
    // V8 compiles such a function at once where it is written as one. As an arrow function it is parsed to its end first, and again when it is called.
    renderChunk(code) {
      const made = code.replace(/(?<=__commonJS\w*\(\()\(([\w, ]*)\) => \{/g, "function ($1) {");
      if (made === code) throw new Error("the bundle: modules are wrapped in another way than they were");
      return made;
    },
  };
}

/** What an IPv6 address is, for brackets around it, a colon tells as well as Node's pattern, which takes V8 four milliseconds to compile. */
function withoutParsing(code) {
  const made = code.replaceAll("(0, net_1.isIPv6)(address.host)", 'address.host.includes(":")');
  if (made === code) throw new Error("the bundle: gRPC writes addresses in another way than it did");
  return made;
}

/** Each statement of such a file is about one message. */
function withoutUnread(code, id) {
  if (!/[\\/](provider|plugin)_pb\.js$/.test(id)) return code;
  return parseAst(code)
    .body.map(({ start, end }) => code.slice(start, end))
    .filter((statement) => !UNREAD.test(/proto\.pulumirpc\.(\w+)/.exec(statement)?.[1] ?? ""))
    .filter((statement) => !ONE_WAY.test(statement))
    .join("\n");
}

/** A text of which each character is one byte is read and parsed faster than one with a single other character. */
function inAscii(code) {
  return code.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The licences of everything from elsewhere that is in the bundle. */
function licences(modules) {
  const packages = new Set(modules.filter((id) => id.includes(`${sep}node_modules${sep}`)).map(packageOf));
  const texts = [...packages].sort().map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
    const files = readdirSync(path)
      .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
      .sort();
    const said = files.map((file) => readFileSync(join(path, file), "utf8").trim());
    return `${name} ${version} (${license})\n\n${said.join("\n\n") || "No text of its licence comes with it."}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** The nearest folder whose package.json has a name and a version. */
function packageOf(id) {
  for (let at = dirname(id); at !== dirname(at); at = dirname(at)) {
    const file = join(at, "package.json");
    if (!existsSync(file)) continue;
    const { name, version } = JSON.parse(readFileSync(file, "utf8"));
    if (name !== undefined && version !== undefined) return at;
  }
  throw new Error(`no package holds ${relative(root, id)}`);
}
