import tseslint from "typescript-eslint";

/** Imports go one way; each folder names the folders above it that it must not reach into. */
const oneWay = [
  {
    files: ["provider/fields/**"],
    forbid: [
      "**/gitlab/**",
      "**/lifecycle/**",
      "**/resources/**",
      "**/doors/**",
      "**/functions/**",
      "**/cli/**",
      "@pulumi/*",
    ],
  },
  {
    files: ["provider/gitlab/**"],
    forbid: [
      "**/fields/**",
      "**/lifecycle/**",
      "**/resources/**",
      "**/doors/**",
      "**/functions/**",
      "**/cli/**",
      "@pulumi/*",
    ],
  },
  {
    files: ["provider/lifecycle/**"],
    forbid: ["**/resources/**", "**/doors/**", "**/functions/**", "**/cli/**", "@pulumi/*"],
  },
  {
    files: ["provider/effective/**"],
    forbid: ["**/resources/**", "**/functions/**", "**/cli/**", "@pulumi/*"],
  },
  { files: ["provider/resources/**"], forbid: ["**/doors/**", "**/functions/**", "**/cli/**", "@pulumi/*"] },
  { files: ["provider/doors/**"], forbid: ["**/plugin/**", "**/cli/**"] },
  { files: ["provider/plugin/**"], forbid: ["**/doors/**", "**/cli/**", "@pulumi/pulumi"] },
  {
    files: ["provider/functions/**"],
    forbid: ["**/resources/**", "**/doors/**", "**/cli/**", "@pulumi/*"],
  },
  {
    files: ["testing/emulator/**"],
    forbid: ["**/provider/**", "@pulumi/*", "axios", "pulumi-gitlab-cd", "pulumi-gitlab-cd/*"],
  },
  { files: ["provider/**"], forbid: ["**/test/**", "**/examples/**"] },
  // The rooms of the engine, each of which knows only those before it.
  ...["values", "state", "show", "protocol", "plan", "drivers", "trial"].map((room, i, rooms) => ({
    files: [`testing/engine/${room}/**`],
    forbid: ["**/host/**", ...rooms.slice(i + 1).map((later) => `../${later}/**`)],
  })),
];

/** Node's own, packages, folders above, this folder. */
const PLACES = [/^node:/, /^[^.]/, /^\.\./, /^\./];
/** Called like the program of the SDK's that it starts. */
const CALLED_OTHERWISE = "testing/engine/host/dynamic-provider.ts";

/** The two habits for which no rule of a library says exactly this much. */
const house = {
  rules: {
    "import-order": {
      create: (context) => ({
        Program({ body }) {
          let last = 0;
          for (const node of body.filter(({ type }) => type === "ImportDeclaration")) {
            const place = PLACES.findIndex((pattern) => pattern.test(node.source.value));
            if (place < last)
              context.report({ node, message: "Import node:… first, then packages, then ../…, then ./…" });
            last = Math.max(last, place);
          }
        },
      }),
    },
    "file-name": {
      create: (context) => ({
        Program(node) {
          const named = context.filename.replaceAll("\\", "/");
          if (named.endsWith(CALLED_OTHERWISE) || /\/[a-z][A-Za-z0-9]*(\.(test|d))?\.ts$/.test(named)) return;
          context.report({ node, message: "Files are named in camelCase." });
        },
      }),
    },
  },
};

/** What could be said in two ways is said in one. */
const DIALECT = [
  {
    selector: ":matches(PropertyDefinition, MethodDefinition[kind!='constructor'])[accessibility='private']",
    message:
      "Write #name: what is private is so at run time too. (Only parameters of a constructor can be `private readonly`.)",
  },
  {
    selector: "ImportDeclaration[source.value='vitest'] > ImportSpecifier[imported.name='test']",
    message: "Write it(…).",
  },
  {
    selector: "TSEnumDeclaration",
    message: "Write a constant object `as const`, or a union of texts.",
  },
];

export default tseslint.config(
  {
    ignores: [
      "**/dist/**",
      "node_modules/**",
      "plugin/**",
      "coverage/**",
      "docs/**",
      "test/fixtures/**",
      "testing/fixtures/**",
      "test/.programs/**",
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["*.mjs", "*.mts", "test/tools/*.mjs"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { house },
    rules: {
      "house/import-order": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": "off",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-restricted-syntax": ["error", ...DIALECT],
    },
  },
  ...oneWay.map(({ files, forbid }) => ({
    files,
    ignores: ["**/*.test.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: forbid,
              allowTypeImports: forbid.includes("@pulumi/*") && !files[0].startsWith("testing"),
            },
          ],
        },
      ],
    },
  })),
  {
    // Tests look into JSON answers of every shape: the assertion is the check.
    files: [
      "testing/emulator/**/*.test.ts",
      "testing/emulator/http/ask.ts",
      "testing/emulator/knownDifferences.ts",
    ],
    rules: {
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  {
    files: ["provider/**", "testing/**"],
    ignores: ["**/*.test.ts"],
    rules: { "max-lines-per-function": ["error", { max: 50, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ["provider/**"],
    rules: {
      "@typescript-eslint/no-require-imports": ["error", { allowAsImport: true }],
    },
  },
  {
    // Arguments and outputs of a class are derived from its table; an interface gives them a name and merges with the class.
    files: ["provider/**", "test/fields/**"],
    rules: {
      "@typescript-eslint/no-empty-object-type": ["error", { allowInterfaces: "with-single-extends" }],
      "@typescript-eslint/no-unsafe-declaration-merging": "off",
    },
  },
  { files: ["**/*.ts"], rules: { "house/file-name": "error", "max-lines": ["error", 300] } },
  { files: ["**/*.mjs"], ...tseslint.configs.disableTypeChecked },
);
