const COUNT = new Intl.NumberFormat("en-US");

/** A count with separated thousands: `1,234`. */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** A count that stopped at a bound, as in `100,000+`; below the bound it is exact. A bound of 0 means that it is not known. */
export function formatBounded(count: number, countedMax: number): string {
  return `${formatCount(count)}${countedMax > 0 && count >= countedMax ? "+" : ""}`;
}

/** `1 event`, `1,234 events`. */
export function formatEvents(count: number, more = ""): string {
  return `${formatCount(count)}${more} ${count === 1 && more === "" ? "event" : "events"}`;
}

/** `1 delivery`, `1,234 deliveries`. */
export function formatDeliveries(count: number, more = ""): string {
  return `${formatCount(count)}${more} ${count === 1 && more === "" ? "delivery" : "deliveries"}`;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A span of time for a sentence: `1.5 ms`, `12 ms`, `3.2 s`, `5 min`, `7 d`. */
export function formatSpan(ms: number): string {
  if (ms < 10) return `${round(ms)} ms`;
  if (ms < SECOND_MS) return `${Math.floor(ms)} ms`;
  if (ms < MINUTE_MS) return `${round(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${round(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) return `${round(ms / HOUR_MS)} h`;
  return `${round(ms / DAY_MS)} d`;
}

/** An age for a narrow column: `12s`, `5m`, `3h`, `40d`; `0s` if the other clock is ahead. */
export function formatAge(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(0, Math.floor(ms / SECOND_MS))}s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}m`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)}h`;
  return `${Math.floor(ms / DAY_MS)}d`;
}

/** Down to a tenth, without a trailing zero. */
function round(value: number): number {
  return Math.floor(value * 10) / 10;
}

/** Furthest time from 1970 that a Date can hold. */
const TIME_MS_MAX = 8.64e15;

/** Milliseconds since 1970 in ISO 8601; a number that is out of range is shown as it is. */
export function formatTime(ms: number): string {
  return Math.abs(ms) <= TIME_MS_MAX ? new Date(ms).toISOString() : String(ms);
}
