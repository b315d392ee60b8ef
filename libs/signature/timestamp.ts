import type { Claim } from "./claim.ts";
import { numberIn } from "./json/json_part.ts";
import { placeBytes, type Reading, readPlace } from "./place.ts";
import type { MacRecipe, TimestampRule } from "./recipe.ts";
import type { Refusal, Verdict } from "./verdict.ts";

/** When a request says that it was signed. */
export interface Timestamp {
  /** As it was sent: this is what is signed. */
  bytes: Uint8Array;
  /** In milliseconds since 1970. */
  at: number;
}

/** More digits are not a time within this millennium. Python writes a time in seconds with a fraction. */
const DIGITS = {
  s: /^\d{1,11}(?:\.\d{1,9})?$/,
  ms: /^\d{1,14}(?:\.\d{1,9})?$/,
  unix: /^\d{1,14}(?:\.\d{1,9})?$/,
} as const;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/;

/** Reads the time of signing; null if the scheme has none. */
export function readTimestamp(
  rule: TimestampRule | undefined,
  reading: Reading,
  claim: Claim,
): Timestamp | null | "missing_header" | "malformed_header" {
  if (rule === undefined) return null;
  const { from } = rule;
  // In a list, the time is part of the signature header: without it the header is malformed.
  const text = "pair" in from ? (claim.pair(from.pair) ?? null) : readPlace(reading, from);
  if (text === undefined) return "missing_header";
  if (text === null) return "malformed_header";
  const at = parseTime(rule.unit, text);
  if (at === null) return "malformed_header";
  return { bytes: "pair" in from ? Buffer.from(text, "latin1") : placeBytes(from, text), at };
}

/** The refusal if the time of signing is out of tolerance; null if it is not. */
export function judgeTime(
  rule: Pick<TimestampRule, "unit" | "pastSecondsMax" | "futureSecondsMax">,
  signedAt: number,
  { receivedAt, secretId }: { receivedAt: number; secretId: string },
): Refusal | null {
  // A time in whole seconds was truncated when it was signed: truncate ours, too, as the SDKs do.
  const now = rule.unit === "s" ? Math.floor(receivedAt / 1_000) * 1_000 : receivedAt;
  const ageMs = now - signedAt;
  const skewSeconds = Math.ceil(Math.abs(ageMs) / 1_000);
  // Written so that NaN is refused, too.
  if (rule.pastSecondsMax !== null && !(ageMs <= rule.pastSecondsMax * 1_000)) {
    return { ok: false, reason: "stale", skewSeconds, secretId };
  }
  if (rule.futureSecondsMax !== null && !(-ageMs <= rule.futureSecondsMax * 1_000)) {
    return { ok: false, reason: "future", skewSeconds, secretId };
  }
  return null;
}

/** Writes a time in a unit. */
export function formatTime(unit: TimestampRule["unit"], at: number): string {
  if (unit === "iso") return new Date(at).toISOString();
  return String(unit === "s" ? Math.floor(at / 1_000) : at);
}

function parseTime(unit: TimestampRule["unit"], text: string): number | null {
  if (unit === "iso") {
    const at = ISO.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(at) ? null : at;
  }
  const digits = String(numberIn(text) ?? text);
  if (!DIGITS[unit].test(digits)) return null;
  const isSeconds = unit === "s" || (unit === "unix" && DIGITS.s.test(digits));
  return isSeconds ? Number(digits) * 1_000 : Number(digits);
}

/** A secret that made one of the signatures. */
export interface Match {
  secretId: string;
  signature: string;
}

/** The verdict once a signature matches: only its time is left to check. */
export function accept(
  recipe: Pick<MacRecipe, "scheme" | "coversBody" | "timestamp">,
  { secretId, signature }: Match,
  { timestamp, receivedAt }: { timestamp: Timestamp | null; receivedAt: number },
): Verdict {
  if (recipe.timestamp !== undefined && timestamp !== null) {
    const refusal = judgeTime(recipe.timestamp, timestamp.at, { receivedAt, secretId });
    if (refusal !== null) return refusal;
  }
  const { scheme, coversBody: intact = true } = recipe;
  return { ok: true, scheme, secretId, signedAt: timestamp?.at ?? null, signature, intact };
}
