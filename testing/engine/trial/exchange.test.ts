import { afterEach, expect, it } from "vitest";
import { realEngine } from "./realEngine";
import { Scene } from "./scenario";

const open: Scene[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((scene) => scene.close()));
});

const settings = { config: { key: { value: "treasure", secret: true } } };

async function scene(engine: "offline" | "cli"): Promise<Scene> {
  const opened = await Scene.open(engine, settings);
  open.push(opened);
  opened.program(({ Toy, pulumi }) => {
    const key = new pulumi.Config().requireSecret("key");
    const group = new pulumi.ComponentResource("toys:index:Group", "group");
    const a = new Toy("a", { name: "a", value: key }, { parent: group, additionalSecretOutputs: ["out"] });
    new Toy("b", { name: "b", value: a.out }, { dependsOn: [group], additionalSecretOutputs: ["out"] });
    return { key, a: a.out };
  });
  return opened;
}

/** Goes on with the state (and the toys) of another engine. */
async function takeOver(from: Scene, to: Scene): Promise<void> {
  await to.driver.importState(await from.driver.exportState());
  for (const id of ["id-a", "id-b"]) to.drift(id, from.object(id));
  expect((await to.preview()).changes).toEqual({ same: 4 });
  expect((await to.refresh()).changes).toEqual({ same: 4 });
  expect((await to.up()).changes).toEqual({ same: 4 });
  expect((await to.up()).outputs).toEqual({ key: "treasure", a: "out-treasure" });
  expect((await to.destroy()).changes).toEqual({ delete: 4 });
  expect(to.object("id-a")).toBeUndefined();
}

it("goes on from an exported state without a change", async () => {
  const first = await scene("offline");
  (await first.up()).orThrow();
  const exported = JSON.stringify(await first.driver.exportState());
  expect(exported).not.toContain("treasure");
  await takeOver(first, await scene("offline"));
});

it("refuses a state whose passphrase is another one", async () => {
  const first = await scene("offline");
  (await first.up()).orThrow();
  const exported = await first.driver.exportState();
  const wrong = JSON.parse(
    JSON.stringify(exported).replaceAll(/v1:[^:"]+:v1:[^"]+/g, SALT_OF_ANOTHER),
  ) as typeof exported;
  const second = await scene("offline");
  await expect(second.driver.importState(wrong)).rejects.toThrow("incorrect passphrase");
});
/** Made with the passphrase "wrong". */
const SALT_OF_ANOTHER = "v1:AAAAAAAAAAA=:v1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";

if (realEngine !== undefined) {
  it("hands its state to the real engine, which has nothing to do", async () => {
    const ours = await scene("offline");
    (await ours.up()).orThrow();
    await takeOver(ours, await scene("cli"));
  });

  it("takes the state of the real engine over, and has nothing to do", async () => {
    const theirs = await scene("cli");
    (await theirs.up()).orThrow();
    await takeOver(theirs, await scene("offline"));
  });
}
