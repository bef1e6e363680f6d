/** How often to look whether the engine is still there. */
const EVERY_MS = 500;

/**
 * Ends the process when its engine is gone without having said so (killed, crashed): what nobody waits for must not go on
 * writing. On Windows a batch file stands between the two, and the closed standard input tells.
 */
export function endWithParent(end: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, EVERY_MS).unref();
  if (process.platform === "win32") process.stdin.once("end", end).once("error", end).resume();
}
