import { findPulumi } from "../drivers/cliStack";

/** The real engine is the judge wherever it can be had, unless `ENGINES=offline` asks for a shorter run. */
export const realEngine = process.env["ENGINES"] === "offline" ? undefined : findPulumi();
