import * as pulumi from "@pulumi/pulumi";

/** `Error.stackTraceLimit` as it was; undefined while it still is. */
let limit: number | undefined;

/**
 * The SDK takes a stack at each of the four promises of an output, a hundred for a resource, and looks up every frame in source
 * maps: more than a third of the time of a program with many resources. They are shown with `PULUMI_DEBUG_PROMISE_LEAKS` alone. So none are
 * taken while the SDK constructs a resource; where the program declared it is taken with a limit of its own. Code of the program
 * that runs meanwhile, a transformation, keeps its stacks.
 * https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/debuggable.ts
 */
export function withoutStacks(opts: pulumi.CustomResourceOptions): void {
  const parent = (opts.parent ?? pulumi.runtime.getStackResource()) as
    { readonly __transformations?: readonly unknown[] } | undefined;
  const transformations = [...(opts.transformations ?? []), ...(parent?.__transformations ?? [])];
  if (transformations.length > 0 || process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) return;
  limit ??= Error.stackTraceLimit;
  // Frozen intrinsics refuse it, which costs time and nothing else.
  Reflect.set(Error, "stackTraceLimit", 0);
}

/** To be called in any case after `withoutStacks`. */
export function withStacks(): void {
  if (limit !== undefined) Reflect.set(Error, "stackTraceLimit", limit);
  limit = undefined;
}

/** What the SDK refused meanwhile, with a stack that begins where the program declared the resource. */
export function refusedHere(error: unknown): unknown {
  if (limit === undefined) return error;
  withStacks();
  if (error instanceof Error) Error.captureStackTrace(error, refusedHere);
  return error;
}
