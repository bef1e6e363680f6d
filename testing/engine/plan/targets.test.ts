import { expect, it } from "vitest";
import { Targets } from "./targets";

const urn = "urn:pulumi:dev::toys::pulumi-nodejs:dynamic/toys:Toy::a";

it("without any, everything is included and nothing is named", () => {
  const all = new Targets();
  expect([all.contains(urn), all.has(urn), all.constrained]).toEqual([true, false, false]);
});

it.each([
  [urn, true],
  ["**::a", true],
  ["urn:pulumi:*::toys::**", true],
  ["urn:pulumi:dev::*::a", false],
  ["**::ab", false],
  [`${urn}.`, false],
])("%s matches: %s", (target, expected) => {
  expect(new Targets([target]).contains(urn)).toBe(expected);
});
