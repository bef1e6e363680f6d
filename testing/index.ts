/**
 * `pulumi-gitlab-cd-testing`: try your own programs without network, GitLab or the Pulumi CLI.
 *
 * ```ts
 * const gitlab = await Emulator.start();
 * const stack = await OfflineStack.create({ program: "." });
 * const result = (await stack.preview()).orThrow();
 * ```
 */
export * from "./emulator";
export * from "./engine";
