import { expect } from "vitest";
import { parseDocument } from "yaml";

import type { Emulator } from "../../testing/emulator";
import { command, type Said } from "./command";

/** What takes the whole company over; tests add the format. */
export const ALL = ["import", "--group", "acme", "--all-projects"];

export interface Program {
  readonly resources: Readonly<Record<string, Resource>>;
}
interface Resource {
  readonly type: string;
  readonly name?: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly options?: { readonly dependsOn?: readonly string[]; readonly protect?: boolean };
}

/** As Pulumi reads it, by the older and the newer rules of YAML. */
export function parsed(text: string): Program {
  const [older, newer] = (["1.1", "1.2"] as const).map((version) => {
    const document = parseDocument(text, { version, uniqueKeys: true });
    expect([document.errors, document.warnings]).toEqual([[], []]);
    return document.toJS() as Program;
  });
  expect(older).toEqual(newer);
  return newer!;
}

/** A text of a program as Pulumi understands it: `$$` is a dollar, and `${` asks for something. */
function understood(text: string): string {
  return text.replace(/\$\$|\$\{/g, (found) => {
    if (found === "${") throw new Error(`${JSON.stringify(text)} asks for something`);
    return "$";
  });
}

/** The program's values as Pulumi understands them; throws for anything but literals and references to its own resources. */
export function values({ resources, ...more }: Program): Record<string, Resource> {
  expect(more).toEqual({});
  const literal = (value: unknown): unknown => {
    if (typeof value === "string") return understood(value);
    if (Array.isArray(value)) return value.map(literal);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        expect(key).toMatch(/^[a-z][A-Za-z]*$/);
        return [key, literal(item)];
      }),
    );
  };
  const keys = Object.keys(resources);
  return Object.fromEntries(
    Object.entries(resources).map(([key, { type, name, properties, options, ...rest }]) => {
      expect(key).toMatch(/^[A-Za-z_][A-Za-z0-9]*$/);
      expect(rest).toEqual({});
      expect(type).toMatch(
        /^gitlab-cd:index:(Environment|GroupProtectedEnvironment|ProjectProtectedEnvironment)$/,
      );
      for (const reference of options?.dependsOn ?? []) {
        expect(keys.map((each) => `\${${each}}`)).toContain(reference);
      }
      return [
        `${type.split(":").at(-1)} ${name === undefined ? key : understood(name)}`,
        { type, properties: literal(properties) as Resource["properties"], ...(options ? { options } : {}) },
      ];
    }),
  );
}

export async function imported(gitlab: Emulator, ...args: string[]): Promise<Said> {
  const said = await command(gitlab, [...ALL, ...args]);
  expect(said).toMatchObject({ code: 0 });
  return said;
}
