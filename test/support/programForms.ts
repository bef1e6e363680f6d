/** One program in each form Pulumi runs, as the files of its project. */
export interface ProgramForm {
  readonly form: string;
  readonly files: Readonly<Record<string, string | object>>;
}

const declaration = `
const environment = new gitlab.Environment("production", { project: "acme/shop", name: "production", tier: "production" });`;
const esm = `import * as gitlab from "pulumi-gitlab-cd";${declaration}
export const id = environment.environmentId;
export const levels = gitlab.AccessLevel.Maintainer;
`;
const commonJs = `const gitlab = require("pulumi-gitlab-cd");${declaration}
exports.id = environment.environmentId;
exports.levels = gitlab.AccessLevel.Maintainer;
`;
const project = (runtime: string, main = ""): string => `name: packed\nruntime: ${runtime}\n${main}`;
const compiler = { target: "ES2022", strict: true, skipLibCheck: true, esModuleInterop: true };

export const programForms: readonly ProgramForm[] = [
  {
    form: "JavaScript, CommonJS",
    files: { "Pulumi.yaml": project("nodejs"), "package.json": { main: "index.js" }, "index.js": commonJs },
  },
  {
    form: "JavaScript, ECMAScript modules",
    files: {
      "Pulumi.yaml": project("nodejs"),
      "package.json": { type: "module", main: "index.js" },
      "index.js": esm,
    },
  },
  {
    form: "TypeScript",
    files: {
      "Pulumi.yaml": project("nodejs"),
      "package.json": { main: "index.ts" },
      "tsconfig.json": { compilerOptions: { ...compiler, module: "commonjs", moduleResolution: "node" } },
      "index.ts": esm,
    },
  },
  {
    // https://www.pulumi.com/docs/iac/languages-sdks/javascript/#ecmascript-modules-esm
    form: "TypeScript, ECMAScript modules",
    files: {
      "Pulumi.yaml": project(
        '{ name: nodejs, options: { nodeargs: "--loader ts-node/esm --no-warnings", typescript: true } }',
      ),
      "package.json": { type: "module", main: "index.ts" },
      "tsconfig.json": { compilerOptions: { ...compiler, module: "NodeNext", moduleResolution: "NodeNext" } },
      "index.ts": esm,
    },
  },
  {
    form: "JavaScript in a sub-folder that `main` names",
    files: {
      "Pulumi.yaml": project("nodejs", "main: infra/index.js\n"),
      "package.json": {},
      "infra/index.js": commonJs,
    },
  },
];
