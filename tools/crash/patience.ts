/** Between two ticks, in milliseconds. */
const TICK_MS = 100;

/**
 * Resolves after this time, measured in ticks of this process: while the whole machine stands still nobody is late. Does not
 * keep the process alive.
 */
export function patience(ms: number): Promise<void> {
  return new Promise((resolve) => {
    let left = ms / TICK_MS;
    const timer = setInterval(() => {
      left -= 1;
      if (left > 0) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
    timer.unref();
  });
}
