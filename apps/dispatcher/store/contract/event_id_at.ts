/** Largest time that an id can bear, as `newId` has it. */
const TIME_MS_MAX = 2 ** 48 - 1;

/** What every event id that bears the time `ms`, or a later one, is not below, and every other id is. */
export function eventIdAt(ms: number): string {
  const time = Math.min(Math.max(Math.ceil(ms), 0), TIME_MS_MAX + 1);
  // Past the largest time: above all ids.
  return time > TIME_MS_MAX ? "evt_g" : `evt_${time.toString(16).padStart(12, "0")}`;
}
