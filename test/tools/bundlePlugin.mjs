// Makes the folder `plugin`: the provider for every Pulumi language, in one file that needs nothing but Node.js.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "..", "..");
const folder = process.argv[2] ?? join(root, "plugin");
const NAME = "pulumi-resource-gitlab-cd";
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const bundle = await rolldown({
  cwd: root,
  input: join(root, "provider", "plugin", "main.ts"),
  platform: "node",
  tsconfig: false,
  transform: { target: "node20", define: { PLUGIN_VERSION: JSON.stringify(version) } },
  resolve: { mainFields: ["main"] },
  // Protobuf's own way of finding the global object; it finds it all the same.
  checks: { eval: false },
  onwarn(warning) {
    throw new Error(`the bundle: ${warning.message}`);
  },
});
const { output } = await bundle.generate({
  format: "cjs",
  codeSplitting: false,
  banner: "#!/usr/bin/env node",
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
});
await bundle.close();
const [chunk, ...others] = output;
if (others.length > 0) throw new Error(`the bundle is ${output.length} files instead of one`);

mkdirSync(folder, { recursive: true });
const put = (name, text) => writeFileSync(join(folder, name), text);
put(NAME, chunk.code);
chmodSync(join(folder, NAME), 0o755);
put(`${NAME}.cmd`, `@node "%~dp0${NAME}" %*\r\n`);
// Whatever project the folder is copied into.
put("package.json", `${JSON.stringify({ private: true, type: "commonjs" })}\n`);
put("LICENSES.txt", licences(chunk.moduleIds));
put("schema.json", readFileSync(join(root, "provider", "plugin", "schema.json")));

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
