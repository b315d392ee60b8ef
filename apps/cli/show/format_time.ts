/** Furthest time from 1970 that a date can bear. */
const TIME_MS_MAX = 8.64e15;

/** Milliseconds since 1970 in ISO 8601; a number that is no time is shown as it is, never thrown over. */
export function formatTime(ms: number): string {
  return Math.abs(ms) <= TIME_MS_MAX ? new Date(ms).toISOString() : String(ms);
}
