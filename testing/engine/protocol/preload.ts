/**
 * What every SDK process that is started here loads first. As text, because it must run without being built.
 *
 * It lets a child end when its parent was killed: the SDK's processes would wait for calls for ever. And it lets the SDK load what serializes
 * closures (the TypeScript compiler and a package manager's library) and what drives the CLI when they are used, not at the start: most of
 * the time that a program needs to start, and few programs ever use them.
 */
const SOURCE = `(Module, process) => {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.exit(1), 500).unref();
  const load = Module._load;
  const closures = /@pulumi[\\\\/]pulumi[\\\\/]runtime[\\\\/]closure[\\\\/][^\\\\/]+$/;
  const heavy = new Set(["@npmcli/arborist", "normalize-package-data", "../../typescript-shim"]);
  const index = /@pulumi[\\\\/]pulumi[\\\\/]index\\.js$/;
  const isLate = (request, from = "") =>
    (heavy.has(request) && closures.test(from)) || (request === "./automation" && index.test(from));
  Module._load = function load_(request, from, isMain) {
    if (!isLate(request, from?.filename)) return load.call(this, request, from, isMain);
    const real = () => load.call(this, request, from, isMain);
    return new Proxy(() => {}, {
      apply: (_, self, args) => Reflect.apply(real(), self, args),
      get: (_, name) => (name === "__esModule" ? true : Reflect.get(real(), name)),
      has: (_, name) => Reflect.has(real(), name),
      ownKeys: () => Reflect.ownKeys(real()),
      getOwnPropertyDescriptor: (_, name) => {
        const found = Reflect.getOwnPropertyDescriptor(real(), name);
        return found && { ...found, configurable: true };
      },
    });
  };
}`;

/** Run under a short name: its frames stand in the stack traces that a state keeps of each resource. */
const LOADER = `import Module from "node:module";
import vm from "node:vm";
vm.runInThisContext(${JSON.stringify(SOURCE)}, { filename: "preload" })(Module, process);`;

/** One word each: a flag apart from its value would make the SDK think that the program brings a loader. */
export const PRELOAD: readonly string[] = [`--import=data:text/javascript,${encodeURIComponent(LOADER)}`];
