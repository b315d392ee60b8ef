import { nextDelayMs } from "@hookgate/backoff";
import {
  ATTEMPT_ERROR_CHARS_MAX,
  type Attempt,
  type AttemptOutcome,
  type AttemptResponse,
  type Delivery,
  type RetryPolicy,
} from "@hookgate/types";
import type { Next } from "../store/contract/deliveries.ts";
import type { TargetResult } from "../targets/target.ts";

/** Interruptions in a row that are not charged. The next one is, so that a delivery that kills what runs it does not run for ever. */
export const INTERRUPTIONS_MAX = 5;

/**
 * Longest wait of a delivery that met a limit, in milliseconds. Its subscription is held back for as long as the endpoint says, and
 * an operator can end that: each of its deliveries would have to be retried by hand if it waited as long.
 */
const LIMITED_MS_MAX = 60_000;

/** Options for {@linkcode decideNext}. */
export interface DecideNextOptions {
  policy: RetryPolicy;
  /** Start of the attempt, in milliseconds since 1970. */
  startedAt: number;
  durationMs: number;
  /** End of the attempt, in milliseconds since 1970; waits are counted from here. */
  now: number;
  /** Source of randomness in [0, 1). */
  random: () => number;
}

/** What an attempt does to its delivery. */
export interface Decision {
  next: Next;
  /** The charged attempt; null if none is charged. */
  attempt: Attempt | null;
  interruptions: number;
  suspect: boolean;
}

/** Decides what becomes of a delivery after an attempt. Pure. */
export function decideNext(
  delivery: Delivery,
  result: TargetResult,
  options: DecideNextOptions,
): Decision {
  if (result.kind === "succeeded") {
    const { response = null } = result;
    const attempt = charge(delivery, "succeeded", { ...options, error: "", response });
    return { next: { state: "delivered" }, attempt, interruptions: 0, suspect: false };
  }
  if (result.kind === "not_started") return again(delivery, options.now);
  if (isNotAtFault(result) && delivery.interruptions < INTERRUPTIONS_MAX) {
    const interruptions = delivery.interruptions + 1;
    // An interruption says nothing about the delivery, but it may have killed a lost host.
    const suspect = delivery.suspect || result.kind === "host_lost";
    return again({ interruptions, suspect }, options.now + waitMsOf(result, 0));
  }
  const error = errorText(result);
  const response = ("response" in result ? result.response : null) ?? null;
  if (result.kind === "gone") {
    // Kept until its subscription is resumed, even if it is out of retries.
    const attempt = charge(delivery, "failed", { ...options, error, response });
    return { ...again(delivery, options.now), attempt };
  }
  const outcome = result.kind === "limited" ? "failed" : result.kind;
  return {
    next: afterFailure(delivery, result, { ...options, error }),
    attempt: charge(delivery, outcome, { ...options, error, response }),
    interruptions: 0,
    // Retry alone, so it cannot take other deliveries down again.
    suspect: result.kind === "host_lost",
  };
}

function isNotAtFault(result: TargetResult): boolean {
  if (result.kind === "host_lost") return !result.alone;
  return result.kind === "interrupted" || result.kind === "limited";
}

/** A limit holds at least as long as the policy waits; a failure that asks for a wait gets that one. */
function waitMsOf(result: TargetResult, delayMs: number): number {
  if (result.kind === "limited") return Math.max(Math.min(result.waitMs, LIMITED_MS_MAX), delayMs);
  return result.kind === "failed" ? (result.waitMs ?? delayMs) : delayMs;
}

/** Due again at `now`, nothing charged. */
function again(
  { interruptions, suspect }: Pick<Decision, "interruptions" | "suspect">,
  now: number,
): Decision {
  const next: Next = { state: "waiting", nextAttemptAt: Math.ceil(now) };
  return { next, attempt: null, interruptions, suspect };
}

function afterFailure(
  delivery: Delivery,
  result: TargetResult,
  { policy, now, random, error }: DecideNextOptions & { error: string },
): Next {
  const permanent = result.kind === "failed" && result.permanent;
  if (permanent) return { state: "dead", reason: bounded(`permanent error: ${error}`) };
  const tries = delivery.attempt - delivery.attemptBase + 1;
  const delayMs = nextDelayMs(policy, tries, { random });
  if (delayMs === null) return { state: "dead", reason: bounded(`out of retries: ${error}`) };
  return { state: "waiting", nextAttemptAt: Math.ceil(now + waitMsOf(result, delayMs)) };
}

function charge(
  delivery: Delivery,
  outcome: AttemptOutcome,
  {
    startedAt,
    durationMs,
    error,
    response,
  }: DecideNextOptions & { error: string; response: AttemptResponse | null },
): Attempt {
  const number = delivery.attempt + 1;
  return { number, startedAt, durationMs, outcome, error: bounded(error), response };
}

function errorText(result: TargetResult): string {
  if ("error" in result) return result.error;
  return `interrupted more than ${INTERRUPTIONS_MAX} times, because what ran it ended`;
}

function bounded(text: string): string {
  return text.slice(0, ATTEMPT_ERROR_CHARS_MAX).toWellFormed();
}
