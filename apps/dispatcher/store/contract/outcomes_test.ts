import { ATTEMPTS_KEPT_MAX, newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { newAttempt, newClaim } from "../suite/fixtures.ts";
import { ALL_SOURCES, noCounts, SeriesRoom, Tally } from "./buckets.ts";
import type { Next, Outcome } from "./deliveries.ts";
import { appendAttempt, countOutcomes, endsTurn, sumsOf } from "./outcomes.ts";

const PLAIN = { failure: null, interruptions: 0, suspect: false, order: null };
const COUNTED = { source: "academy", type: "course.enrolled", subscription: "mail" };

function outcome(next: Next, part: Partial<Outcome> = {}): Outcome {
  const ids = { deliveryId: newId("dlv"), claim: newClaim() };
  return { ...ids, ...COUNTED, next, attempt: newAttempt(), ...PLAIN, ...part };
}

const RESPONSE = { status: 500 } as never;

test("appendAttempt() keeps the first and the latest, and a response only with the last", () => {
  let attempts = [newAttempt({ number: 1, response: RESPONSE })];
  for (let number = 2; number <= ATTEMPTS_KEPT_MAX + 2; number += 1) {
    attempts = appendAttempt(attempts, newAttempt({ number, response: RESPONSE }));
  }
  const numbers = attempts.map(({ number }) => number);
  const latest = Array.from({ length: ATTEMPTS_KEPT_MAX - 1 }, (_, n) => n + 4);
  expect(numbers).toEqual([1, ...latest]);
  const responses = attempts.map(({ response }) => response);
  expect(responses).toEqual([...Array(ATTEMPTS_KEPT_MAX - 1).fill(null), RESPONSE]);
});

test("countOutcomes() counts each kind of outcome by its series, and attempts only if one was charged", () => {
  const failed = newAttempt({ outcome: "failed", durationMs: 500 });
  const waiting: Next = { state: "waiting", nextAttemptAt: 1 };
  const written = [
    outcome({ state: "delivered" }),
    outcome({ state: "delivered" }, { attempt: newAttempt({ durationMs: 30 }) }),
    outcome({ state: "dead", reason: "it threw" }, { attempt: failed }),
    outcome({ state: "dead", reason: "it cannot" }, { attempt: null }),
    outcome(waiting, { attempt: failed }),
    outcome(waiting, { attempt: null }),
  ];
  const tally = new Tally(new SeriesRoom(), 0);
  countOutcomes(tally, [...written, outcome({ state: "delivered" }, { subscription: "crm" })]);
  const [all, mail, crm] = tally.entries();
  expect(all).toMatchObject({ source: ALL_SOURCES, counts: { processed: 3, attempts: 5 } });
  expect(mail).toMatchObject({
    ...COUNTED,
    counts: { received: 0, processed: 2, failed: 2, retried: 1, attempts: 4, succeeded: 2 },
  });
  expect(mail?.counts.timedMs).toBe(40);
  expect(mail?.counts.times.reduce((sum, count) => sum + count, 0)).toBe(2);
  expect(crm).toMatchObject({ subscription: "crm", counts: { processed: 1, failed: 0 } });
});

test("sumsOf() averages the attempts that succeeded; an average of nothing is 0", () => {
  expect(sumsOf({ ...noCounts(), attempts: 5, succeeded: 2, timedMs: 30 })).toEqual({
    received: 0,
    processed: 0,
    failed: 0,
    retried: 0,
    avgProcessingTime: 15,
    failedAttempts: 3,
    attempts: 5,
  });
  expect(sumsOf({ ...noCounts(), attempts: 1 }).avgProcessingTime).toBe(0);
});

test("endsTurn() is true of a delivered one in an order: a dead one holds back the next", () => {
  const order = { key: "k", position: 1 };
  const nexts: Next[] = [
    { state: "delivered" },
    { state: "dead", reason: "it threw" },
    { state: "waiting", nextAttemptAt: 1 },
  ];
  expect(nexts.map((next) => endsTurn(outcome(next, { order })))).toEqual([true, false, false]);
  expect(nexts.map((next) => endsTurn(outcome(next)))).toEqual([false, false, false]);
});
