import type { Match } from "./diagnose_trial.ts";

type Untimely = Extract<Match, { ok: false }>;

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;
/** How far from a whole half hour a skew may be and still look like a time zone, in seconds. */
const ZONE_SLACK_SECONDS = 90;

/** How far off the time of signing was, and what that looks like; the end of a sentence. */
export function describeTime({ reason, skewSeconds }: Untimely): string {
  const when = reason === "stale" ? "before it arrived" : "after it arrived";
  return `signed ${describeSeconds(skewSeconds)} ${when}: ${guessCause(reason, skewSeconds)}`;
}

/** The same where the signature is right in another way: nothing where its time is in tolerance. */
export function alsoTime(match: Match): string {
  return match.ok ? "" : ` It was ${describeTime(match)}.`;
}

/** Seconds for people, never rounded away: `3612 s (about 1 h)`. */
export function describeSeconds(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * HOUR_SECONDS) return `${seconds} s (about ${Math.round(seconds / 60)} min)`;
  if (seconds < 2 * DAY_SECONDS)
    return `${seconds} s (about ${Math.round(seconds / HOUR_SECONDS)} h)`;
  return `${seconds} s (about ${Math.round(seconds / DAY_SECONDS)} days)`;
}

function guessCause(reason: Untimely["reason"], seconds: number): string {
  const half = HOUR_SECONDS / 2;
  const fromZone = Math.abs(seconds - Math.round(seconds / half) * half);
  if (seconds >= half && seconds <= 14 * HOUR_SECONDS && fromZone <= ZONE_SLACK_SECONDS) {
    return "that looks like a local time taken for UTC, or it was sent again";
  }
  if (reason === "future") return "the sender's clock is ahead, or ours is behind";
  return "it was held up or sent again, or our clock is ahead";
}
