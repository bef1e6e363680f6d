/** What each exit code means; scripts depend on them. */
export const EXIT = {
  ok: 0,
  /** Something was found that the command was asked to fail on. */
  findings: 1,
  /** Wrong arguments, a missing token, a file that cannot be written. */
  usage: 2,
  /** GitLab refused, or could not be reached. */
  gitlab: 3,
} as const;
