import { ATTEMPT_ERROR_CHARS_MAX, type Delivery, type RetryPolicy } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { SAMPLE_POLICY, sampleClaimed } from "../suite/sample_claimed.ts";
import type { TargetResult } from "../targets/target.ts";
import { type Decision, decideNext, INTERRUPTIONS_MAX } from "./decide_next.ts";

const NOW = 1_800_000_000_000;
const FAILED: TargetResult = { kind: "failed", error: "no", permanent: false };
const PERMANENT: TargetResult = { kind: "failed", error: "no", permanent: true };
const TIMED_OUT: TargetResult = { kind: "timed_out", error: "slow" };
const LOST_ALONE: TargetResult = { kind: "host_lost", error: "gone", alone: true };
const LOST: TargetResult = { kind: "host_lost", error: "gone", alone: false };
const GONE: TargetResult = {
  kind: "gone",
  error: "410 Gone",
  response: { status: 410, body: "bye" },
};
const LIMITED: TargetResult = {
  kind: "limited",
  error: "429",
  waitMs: 9_000,
  response: { status: 429, body: "" },
};
const failedWait = (waitMs: number): TargetResult => ({ ...FAILED, kind: "failed", waitMs });
const INTERRUPTED: TargetResult = { kind: "interrupted" };
const NOT_STARTED: TargetResult = { kind: "not_started" };

function decide(
  result: TargetResult,
  delivery: Partial<Delivery> = {},
  policy: RetryPolicy = SAMPLE_POLICY,
): Decision {
  const claimed = sampleClaimed({ delivery });
  const options = { policy, startedAt: NOW - 7, durationMs: 7, now: NOW, random: () => 0.5 };
  return decideNext(claimed.delivery, result, options);
}

const waiting = (delayMs: number) => ({ state: "waiting", nextAttemptAt: NOW + delayMs });
const dead = (reason: string) => ({ state: "dead", reason });

test.each<[string, TargetResult, Partial<Delivery>, object, string | null]>([
  ["a success", { kind: "succeeded" }, {}, { state: "delivered" }, "succeeded"],
  ["the first failure", FAILED, {}, waiting(1_000), "failed"],
  ["the second failure", FAILED, { attempt: 1 }, waiting(2_000), "failed"],
  ["the last failure", FAILED, { attempt: 3 }, dead("out of retries: no"), "failed"],
  ["a failure of a revived one", FAILED, { attempt: 4, attemptBase: 4 }, waiting(1_000), "failed"],
  ["its last", FAILED, { attempt: 7, attemptBase: 4 }, dead("out of retries: no"), "failed"],
  ["a permanent error", PERMANENT, {}, dead("permanent error: no"), "failed"],
  ["a timeout", TIMED_OUT, {}, waiting(1_000), "timed_out"],
  ["the last timeout", TIMED_OUT, { attempt: 3 }, dead("out of retries: slow"), "timed_out"],
  ["a host lost alone", LOST_ALONE, {}, waiting(1_000), "host_lost"],
  ["the last such", LOST_ALONE, { attempt: 3 }, dead("out of retries: gone"), "host_lost"],
  ["a host lost among others", LOST, {}, waiting(0), null],
  ["the same, out of retries", LOST, { attempt: 3 }, waiting(0), null],
  ["the same, too often", LOST, { interruptions: 5 }, waiting(1_000), "host_lost"],
  ["an endpoint that is gone", GONE, {}, waiting(0), "failed"],
  ["the same, out of retries", GONE, { attempt: 3 }, waiting(0), "failed"],
  ["a failure with a wait of its own", failedWait(10), {}, waiting(10), "failed"],
  ["the last such", failedWait(10), { attempt: 3 }, dead("out of retries: no"), "failed"],
  ["an interruption", INTERRUPTED, {}, waiting(0), null],
  ["the fifth", INTERRUPTED, { interruptions: 4 }, waiting(0), null],
  ["the sixth", INTERRUPTED, { interruptions: 5 }, waiting(1_000), "interrupted"],
  ["many more", INTERRUPTED, { interruptions: 50 }, waiting(1_000), "interrupted"],
  ["a limit", LIMITED, { attempt: 3 }, waiting(9_000), null],
  [
    "a short one, too often",
    { ...LIMITED, waitMs: 10 },
    { interruptions: 5 },
    waiting(1_000),
    "failed",
  ],
  ["one of a day", { ...LIMITED, waitMs: 86_400_000 }, {}, waiting(60_000), null],
  ["a limit, too often", LIMITED, { interruptions: 5 }, waiting(9_000), "failed"],
  [
    "the last such",
    LIMITED,
    { attempt: 3, interruptions: 5 },
    dead("out of retries: 429"),
    "failed",
  ],
  ["no start", NOT_STARTED, {}, waiting(0), null],
  ["no start after many interruptions", NOT_STARTED, { interruptions: 50 }, waiting(0), null],
])("decideNext() after %s", (_name, result, delivery, next, outcome) => {
  const decision = decide(result, delivery);
  expect(decision.next).toEqual(next);
  expect(decision.attempt?.outcome ?? null).toBe(outcome);
});

test("decideNext() writes the attempt down", () => {
  const { attempt } = decide(FAILED, { attempt: 2 });
  const expected = {
    number: 3,
    startedAt: NOW - 7,
    durationMs: 7,
    outcome: "failed",
    error: "no",
    response: null,
  };
  expect(attempt).toEqual(expected);
  expect(decide({ kind: "succeeded" }).attempt?.error).toBe("");
  expect(decide(GONE).attempt?.response).toEqual({ status: 410, body: "bye" });
  expect(decide(INTERRUPTED, { interruptions: 5 }).attempt?.error).toMatch(
    /interrupted more than 5/,
  );
});

test.each<[string, TargetResult, Partial<Delivery>, number, boolean]>([
  ["a success clears", { kind: "succeeded" }, { interruptions: 3, suspect: true }, 0, false],
  ["a failure clears", FAILED, { interruptions: 3, suspect: true }, 0, false],
  ["a host lost among others marks", LOST, { interruptions: 1 }, 2, true],
  ["an interruption counts only", INTERRUPTED, { interruptions: 1 }, 2, false],
  ["an interruption leaves the mark", INTERRUPTED, { suspect: true }, 1, true],
  ["no start leaves all", NOT_STARTED, { interruptions: 2, suspect: true }, 2, true],
  ["a host lost alone keeps it away from others", LOST_ALONE, { interruptions: 1 }, 0, true],
])("decideNext(): %s", (_name, result, delivery, interruptions, suspect) => {
  expect(decide(result, delivery)).toMatchObject({ interruptions, suspect });
});

test("decideNext() bounds texts and keeps them well formed", () => {
  const error = `${"x".repeat(ATTEMPT_ERROR_CHARS_MAX - 1)}😀`;
  const { attempt, next } = decide({ kind: "failed", error, permanent: true });
  expect(attempt?.error).toHaveLength(ATTEMPT_ERROR_CHARS_MAX);
  expect(attempt?.error.isWellFormed()).toBe(true);
  expect(next).toMatchObject({ state: "dead" });
  expect("reason" in next && next.reason.length).toBe(ATTEMPT_ERROR_CHARS_MAX);
});

test("decideNext() never gives a time that no store can keep", () => {
  const claimed = sampleClaimed();
  const options = {
    policy: SAMPLE_POLICY,
    startedAt: 1,
    durationMs: 1,
    now: 5.25,
    random: () => 0,
  };
  expect(decideNext(claimed.delivery, LOST, options).next).toEqual({
    state: "waiting",
    nextAttemptAt: 6,
  });
});

const results = fc.oneof(
  ...[FAILED, PERMANENT, TIMED_OUT, LOST_ALONE, LOST, INTERRUPTED, NOT_STARTED].map(fc.constant),
  fc.constant<TargetResult>({ kind: "succeeded" }),
);
const policies = fc.record({
  name: fc.constant("any"),
  delaysMs: fc.array(fc.integer({ min: 0, max: 36_000_000 }), { maxLength: 10 }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
});
const lives = fc.record({
  results: fc.array(results, { maxLength: 60 }),
  policy: policies,
  attemptBase: fc.integer({ min: 0, max: 1_000 }),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

test("decideNext() ends every life within its bounds", () => {
  fc.assert(
    fc.property(lives, ({ results, policy, attemptBase, random }) => {
      let { delivery } = sampleClaimed({ delivery: { attempt: attemptBase, attemptBase } });
      let now = NOW;
      let inARow = 0;
      for (const result of results) {
        const options = { policy, startedAt: now, durationMs: 1, now, random: () => random };
        const { next, attempt, interruptions, suspect } = decideNext(delivery, result, options);
        const tries = delivery.attempt + (attempt ? 1 : 0) - attemptBase;
        expect(tries).toBeLessThanOrEqual(policy.delaysMs.length + 1);
        inARow = attempt ? 0 : inARow + (result.kind === "not_started" ? 0 : 1);
        expect(interruptions).toBe(inARow);
        expect(inARow).toBeLessThanOrEqual(INTERRUPTIONS_MAX);
        if (result.kind === "succeeded") expect(next.state).toBe("delivered");
        if (next.state === "dead") {
          const permanent = result.kind === "failed" && result.permanent;
          expect(permanent || tries === policy.delaysMs.length + 1).toBe(true);
          expect(attempt).not.toBeNull();
        }
        if (next.state !== "waiting") return;
        expect(next.nextAttemptAt).toBeGreaterThanOrEqual(now);
        expect(Number.isSafeInteger(next.nextAttemptAt)).toBe(true);
        now = next.nextAttemptAt;
        const number = attempt?.number ?? delivery.attempt;
        delivery = { ...delivery, attempt: number, interruptions, suspect };
      }
    }),
  );
});
