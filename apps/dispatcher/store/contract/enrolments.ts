import { ENROLLED_SECRETS_MAX, type Enrolment } from "./bookkeeping.ts";

/** The secrets of a source after `secret` was delivered: distinct, latest last, the oldest dropped past the bound. */
export function keepEnrolled(secrets: readonly string[], secret: string): string[] {
  const others = secrets.filter((other) => other !== secret);
  return [...others, secret].slice(-ENROLLED_SECRETS_MAX);
}

/** What is stored of a source's enrolment. */
export interface StoredEnrolment {
  source: string;
  /** 0 once closed. */
  openUntil: number;
  secrets: readonly string[];
}

/** The stored enrolments that are open or have delivered, as they are at `now`. */
export function currentEnrolments(stored: readonly StoredEnrolment[], now: number): Enrolment[] {
  return stored
    .map((one) => ({ ...one, openUntil: one.openUntil > now ? one.openUntil : null }))
    .filter(({ openUntil, secrets }) => openUntil !== null || secrets.length > 0);
}
