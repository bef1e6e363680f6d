/** Ends this process when the one that started it has gone, even by a crash. */
export function endWith(parent: number): void {
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, 500).unref();
}
