import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";

import * as dynamic from "../../provider";
import * as native from "../../provider/native";

const args = { project: "acme/shop", name: "production" };

beforeAll(() =>
  pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: `acme/shop:${name.length}`, state: inputs as object }),
    call: ({ inputs }) => inputs as object,
  }),
);

/** How many frames each stack has that is taken meanwhile. */
function stacksDuring(act: () => void): number[] {
  const frames: number[] = [];
  const before: unknown = Reflect.get(Error, "prepareStackTrace");
  Error.prepareStackTrace = (error, sites) => {
    frames.push(sites.length);
    return [
      String(error),
      ...sites.map((site) => `    at ${site.getFunctionName() ?? ""} ${site.getFileName() ?? ""}`),
    ].join("\n");
  };
  try {
    act();
  } finally {
    Reflect.set(Error, "prepareStackTrace", before);
  }
  return frames;
}

describe.each([
  ["dynamic", dynamic],
  ["native", native],
] as const)("the constructor of a class of the %s door", (door, { Environment }) => {
  it("takes one stack, for where the program declared it, and leaves the limit of stacks as it was", () => {
    const before = Error.stackTraceLimit;
    const taken = stacksDuring(() => new Environment(`${door}-one`, args));
    expect(taken.filter((frames) => frames > 0)).toHaveLength(1);
    // What the SDK takes besides, for itself.
    expect(taken.length).toBeGreaterThan(50);
    expect(Error.stackTraceLimit).toBe(before);
  });

  it("refuses with a stack that begins where the program declared it, and leaves the limit as it was", () => {
    const before = Error.stackTraceLimit;
    const refused = (): unknown => {
      try {
        return new Environment("", args);
      } catch (error) {
        return error;
      }
    };
    const { message, stack } = refused() as Error;
    expect(message).toContain("Missing resource name");
    expect(stack?.split("\n").find((line) => !/^Error|new Environment/.test(line))).toMatch(
      /at refused .*stacks\.test/,
    );
    expect(Error.stackTraceLimit).toBe(before);
  });

  it("leaves a transformation of the program its stacks, and those that a stack has", () => {
    const before = Error.stackTraceLimit;
    const during: number[] = [];
    const look = (): undefined => void during.push(Error.stackTraceLimit);
    new Environment(`${door}-own`, args, { transformations: [look] });
    const parent = new pulumi.ComponentResource(
      "test:index:Parent",
      `${door}-parent`,
      {},
      { transformations: [look] },
    );
    new Environment(`${door}-child`, args, { parent });
    expect(during).toEqual([before, before, before]);
  });
});
