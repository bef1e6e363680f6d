import { afterEach, expect, it } from "vitest";
import { OfflineStack } from "..";
import { Scene, type ProgramSdk } from "./scenario";

const open: Scene[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((scene) => scene.close()));
});

async function errorsOf(program: (sdk: ProgramSdk) => unknown): Promise<readonly string[]> {
  const scene = await Scene.open("offline", {});
  open.push(scene);
  scene.program(program);
  const result = await scene.preview();
  expect(result.ok).toBe(false);
  return result.errors;
}

it("refuses another provider's resources by name", async () => {
  const errors = await errorsOf(({ pulumi }) => {
    class Foreign extends pulumi.CustomResource {}
    new Foreign("random:index/randomPet:RandomPet", "pet", {});
  });
  expect(errors).toEqual([
    "The offline engine does not support resources of the provider 'random' ('pet' of type 'random:index/randomPet:RandomPet'): it runs dynamic resources only.",
  ]);
});

it("refuses stack references by name", async () => {
  const errors = await errorsOf(({ pulumi }) => {
    new pulumi.StackReference("organization/other/dev");
  });
  expect(errors[0]).toContain("does not support stack references ('organization/other/dev'");
});

it("refuses functions of providers by name", async () => {
  const errors = await errorsOf(({ pulumi }) => {
    void pulumi.runtime.invoke("aws:index/getRegion:getRegion", {});
  });
  expect(errors).toEqual([
    "The offline engine does not support the function 'aws:index/getRegion:getRegion'.",
  ]);
});

it("refuses transforms by name", async () => {
  const errors = await errorsOf(({ Toy }) => {
    new Toy("a", { name: "a", value: 1 }, { transforms: [() => undefined] });
  });
  expect(errors[0]).toContain("does not support transforms (on 'a'");
});

it("refuses a program that is not there", async () => {
  await expect(OfflineStack.create({ program: "/nowhere" })).rejects.toThrow(
    "There is no program at /nowhere.",
  );
});
