import { it } from "vitest";

import { enginesUsed, playOnBoth } from "./bothEngines";
import { Scene, type SceneOptions } from "./scenario";

/** A test that plays a script on both engines, in a scene of its own. */
export function scenario(
  name: string,
  script: (scene: Scene) => Promise<void>,
  options: SceneOptions = {},
): void {
  it(`${name} ${enginesUsed}`, () => playOnBoth(name, (engine) => Scene.open(engine, options), script));
}
