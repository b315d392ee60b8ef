import { parseDuration } from "./parse_duration.ts";

/** A day, or a time that says how far it is from UTC: without that it would be another one on another machine. */
const ISO = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2}))?$/;

/**
 * Reads `2026-01-02T03:04:05Z`, `2026-01-02` (in UTC), or an age such as `2h`, as milliseconds since 1970; null where it is
 * none of these.
 */
export function parsePastTime(text: string, now: number): number | null {
  const age = parseDuration(text);
  if (age !== null) return Math.max(0, now - age);
  const [, day] = ISO.exec(text) ?? [];
  const at = Date.parse(text);
  if (day === undefined || Number.isNaN(at) || at < 0 || !isDay(day)) return null;
  return at;
}

/** `Date.parse` takes the 30th of February for the 2nd of March. */
function isDay(day: string): boolean {
  return new Date(Date.parse(day)).toISOString().startsWith(day);
}
