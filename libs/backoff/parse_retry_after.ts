/** Longest wait accepted from a Retry-After, in milliseconds: 24 hours. A longer one is cut to it. */
export const RETRY_AFTER_MS_MAX = 86_400_000;

/** The longest HTTP-date has 33 characters; a serious number has no more. */
const VALUE_CHARS_MAX = 64;
const SECONDS = /^\d+$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const TIME = "(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)";
const MONTH = `(?<month>${MONTHS.join("|")})`;
/** The three forms that a recipient must read (RFC 9110, section 5.6.7). `Date.parse` would read almost anything. */
const HTTP_DATES = [
  new RegExp(`^[A-Z][a-z]{2}, (?<day>\\d{2}) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(`^[A-Z][a-z]{5,8}, (?<day>\\d{2})-${MONTH}-(?<year>\\d{2}) ${TIME} GMT$`),
  new RegExp(`^[A-Z][a-z]{2} ${MONTH} (?<day>\\d{2}| \\d) ${TIME} (?<year>\\d{4})$`),
];

/**
 * Reads a Retry-After header, in seconds or as an HTTP-date: returns the wait from `now` in milliseconds, 0 for a past
 * date, at most {@linkcode RETRY_AFTER_MS_MAX}. Null if it is unreadable.
 */
export function parseRetryAfter(value: string, now: number): number | null {
  if (value.length > VALUE_CHARS_MAX) return null;
  const trimmed = value.trim();
  if (SECONDS.test(trimmed)) return Math.min(Number(trimmed) * 1_000, RETRY_AFTER_MS_MAX);
  const date = parseHttpDate(trimmed, now);
  if (date === null) return null;
  return Math.min(Math.max(date - now, 0), RETRY_AFTER_MS_MAX);
}

/** Returns milliseconds since 1970; null if the value is not an HTTP-date. */
function parseHttpDate(value: string, now: number): number | null {
  const groups = HTTP_DATES.map((form) => form.exec(value)?.groups).find((found) => found);
  if (groups === undefined) return null;
  const { year = "", month = "", day = "", hour = "", minute = "", second = "" } = groups;
  const monthIndex = MONTHS.indexOf(month);
  const fullYear = year.length === 2 ? centuryOf(Number(year), now) : Number(year);
  const midnight = new Date(Date.UTC(fullYear, monthIndex, Number(day)));
  // Date.UTC turns 31 February into 3 March, and the year 99 into 1999: refuse both.
  if (midnight.getUTCMonth() !== monthIndex || midnight.getUTCFullYear() !== fullYear) return null;
  return midnight.getTime() + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000;
}

/** RFC 9110: a two-digit year more than 50 years in the future is the latest past year with those digits. */
function centuryOf(twoDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}
