/** Longest wait before the first attempt, in milliseconds. */
const FIRST_MS_MAX = 50;

/** Longest wait before any attempt: a restart of the dispatcher must not cost a second more than it takes. */
const MS_MAX = 500;

/**
 * The wait before the link is opened again, in whole milliseconds, after so many failures in a row (at least one):
 * anything up to a bound that doubles, so that edges which lost it together do not come back together.
 */
export function reconnectDelayMs(failures: number, options: { random: () => number }): number {
  return Math.round(options.random() * Math.min(MS_MAX, FIRST_MS_MAX * 2 ** (failures - 1)));
}
