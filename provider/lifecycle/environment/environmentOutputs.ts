import type { WireEnvironment } from "../../gitlab/answer/types";
import { live, SETTING_NAMES, settingsSeen } from "./environmentSettings";
import { PartialFailure } from "../errors";
import type { Props } from "../fields";

/** What state keeps: the declaration with the server's values, and the outputs. Never `undefined`. */
export function toOutputs(wire: WireEnvironment, declared: Props): Props {
  const { adopt: _adopt, __guessed: _guessed, ...kept } = declared;
  for (const name of SETTING_NAMES) delete kept[name];
  delete kept["autoStopAt"];
  return {
    ...kept,
    ...settingsSeen(wire, declared),
    slug: wire.slug,
    tier: wire.tier,
    // Tells a tier that GitLab guessed from a declared one; hidden from previews by its underscores.
    ...(declared["tier"] === undefined ? { __guessed: true } : {}),
    state: wire.state,
    createdAt: wire.created_at,
    ...(wire.auto_stop_at ? { autoStopAt: wire.auto_stop_at } : {}),
  };
}

/** What the last operation declared: a guessed tier was not. */
export function declared(olds: Props): Props {
  const { __guessed: guessed, state: _state, createdAt: _createdAt, autoStopAt: _autoStopAt, ...rest } = olds;
  if (guessed === true) delete rest["tier"];
  return rest;
}

/** GitLab drops parameters it does not know without a word; a declared setting that did not stick is said. */
export function assertStored(id: string, wire: WireEnvironment, inputs: Props): Props {
  const outs = toOutputs(wire, inputs);
  const lost = SETTING_NAMES.filter((name) => {
    if (inputs[name] === undefined) return false;
    const value = live(wire)[name];
    const readable = name === "description" || name === "autoStopSetting" || value !== undefined;
    return readable && (value === undefined || value === null);
  });
  if (lost.length === 0) return outs;
  for (const name of lost) delete outs[name];
  throw new PartialFailure(
    id,
    outs,
    `${id}: GitLab accepted the request but did not store ${lost.join(", ")}; this GitLab version may not know it. ` +
      `Remove it from the program or upgrade GitLab.`,
  );
}

/** Only steering or the spelling changed: nothing to tell the server. */
export function unsent(olds: Props, news: Props): Props {
  const { adopt: _adopt, ...inputs } = news;
  const { __guessed, tier, state, createdAt, autoStopAt } = olds;
  return {
    ...inputs,
    tier,
    state,
    createdAt,
    slug: olds["slug"],
    ...(autoStopAt ? { autoStopAt } : {}),
    ...(__guessed ? { __guessed } : {}),
  };
}
