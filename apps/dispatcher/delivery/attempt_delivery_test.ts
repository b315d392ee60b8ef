import type { Delivery } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { ClaimedDelivery } from "../store/contract/deliveries.ts";
import { StoreUnavailableError } from "../store/contract/event_store.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { sampleClaimed, sampleSubscription } from "../suite/sample_claimed.ts";
import type { DeliveryTarget, TargetAttemptOptions, TargetResult } from "../targets/target.ts";
import { attemptDelivery, type OpenEvent } from "./attempt_delivery.ts";

const NOW = 1_800_000_000_000;

/** A target that answers as told, and remembers what it was asked. */
class FakeTarget implements DeliveryTarget {
  readonly asked: TargetAttemptOptions[] = [];
  readonly #answer: () => TargetResult;

  constructor(answer: () => TargetResult) {
    this.#answer = answer;
  }

  async attempt(_claimed: unknown, _subscription: unknown, options: TargetAttemptOptions) {
    this.asked.push(options);
    return { result: this.#answer() };
  }

  room() {
    return { deliveries: 1, bytes: 1 };
  }

  async close() {}
}

async function attempt(answer: () => TargetResult, delivery: Partial<Delivery> = {}) {
  const target = new FakeTarget(answer);
  const { log, lines } = recordingLog();
  const claimed = sampleClaimed({ delivery });
  let time = NOW;
  const now = () => {
    time += 5;
    return time - 5;
  };
  const read = [0, 5];
  const monotonic = () => read.shift() ?? 0;
  const options = { target, now, monotonic, random: () => 0.5, log };
  const { outcome, result } = await attemptDelivery(claimed, sampleSubscription(), options);
  return { result, outcome, lines, asked: target.asked, claimed };
}

test("attemptDelivery() says what becomes of the delivery, under its claim", async () => {
  const { outcome, asked, claimed } = await attempt(() => ({ kind: "succeeded" }));
  expect(asked).toEqual([{ number: 1, alone: false }]);
  expect(outcome).toEqual({
    deliveryId: claimed.delivery.id,
    source: "academy",
    type: "course.enrolled",
    subscription: "enrolments",
    claim: claimed.claim,
    order: null,
    failure: null,
    next: { state: "delivered" },
    attempt: {
      number: 1,
      startedAt: NOW,
      durationMs: 5,
      outcome: "succeeded",
      error: "",
      response: null,
    },
    interruptions: 0,
    suspect: false,
  });
});

test("attemptDelivery() counts waits from the end of the attempt", async () => {
  const { outcome } = await attempt(() => ({ kind: "timed_out", error: "slow" }));
  expect(outcome.next).toEqual({ state: "waiting", nextAttemptAt: NOW + 5 + 1_000 });
});

test.each<[string, TargetResult, Partial<Delivery>, string, Record<string, unknown>]>([
  ["a success", { kind: "succeeded" }, {}, "info", { outcome: "succeeded", next: "delivered" }],
  [
    "a failure",
    { kind: "failed", error: "no", permanent: false },
    { attempt: 1 },
    "warn",
    {
      attempt: 2,
      outcome: "failed",
      charged: true,
      next: "waiting",
      nextAttemptAt: new Date(NOW + 2_005).toISOString(),
      error: "no",
    },
  ],
  [
    "the last failure",
    { kind: "failed", error: "no", permanent: false },
    { attempt: 3 },
    "error",
    { attempt: 4, next: "dead", reason: "out of retries: no" },
  ],
  [
    "an endpoint that is gone",
    { kind: "gone", error: "410 Gone", response: { status: 410, body: "" } },
    { attempt: 3 },
    "warn",
    { attempt: 4, outcome: "gone", charged: true, next: "waiting", status: 410 },
  ],
  [
    "a delivery of a replay",
    { kind: "succeeded" },
    { replay: "rpl_1" },
    "info",
    { replay: "rpl_1", next: "delivered" },
  ],
  [
    "a lost host",
    { kind: "host_lost", error: "gone", alone: false },
    {},
    "info",
    { outcome: "host_lost", charged: false, next: "waiting", interruptions: 1, suspect: true },
  ],
])("attemptDelivery() logs %s in one line", async (_name, result, delivery, level, fields) => {
  const { lines, claimed } = await attempt(() => result, delivery);
  expect(lines).toHaveLength(1);
  expect(lines[0]?.level).toBe(level);
  expect(lines[0]?.fields).toMatchObject({
    event: claimed.event.id,
    delivery: claimed.delivery.id,
    subscription: "enrolments",
    source: "academy",
    type: "course.enrolled",
    durationMs: 5,
    ...fields,
  });
});

test("attemptDelivery() runs a suspect alone", async () => {
  const { asked } = await attempt(() => ({ kind: "succeeded" }), { suspect: true, attempt: 2 });
  expect(asked).toEqual([{ number: 3, alone: true }]);
});

test("attemptDelivery() charges, and does not run, what took dispatchers down", async () => {
  const { asked, outcome } = await attempt(() => ({ kind: "succeeded" }), { interruptions: 6 });
  expect(asked).toEqual([]);
  expect(outcome).toMatchObject({
    next: { state: "waiting", nextAttemptAt: NOW + 1_005 },
    attempt: { number: 1, outcome: "interrupted" },
    interruptions: 0,
  });
});

test("attemptDelivery() survives a target that breaks its promise", async () => {
  const { outcome } = await attempt(() => {
    throw new Error("broken");
  });
  expect(outcome.attempt).toMatchObject({
    outcome: "failed",
    error: expect.stringContaining("broken"),
  });
});

test.each([3_600_000, -3_600_000])(
  "attemptDelivery() measures by the monotonic clock when the wall clock steps by %d ms",
  async (stepMs) => {
    const times = [NOW, NOW + stepMs];
    const monotonic = [100, 107];
    const options = {
      target: new FakeTarget(() => ({ kind: "succeeded" })),
      now: () => times.shift() ?? 0,
      monotonic: () => monotonic.shift() ?? 0,
      random: () => 0,
      log: recordingLog().log,
    };
    const { outcome } = await attemptDelivery(sampleClaimed(), sampleSubscription(), options);
    expect(outcome.attempt?.durationMs).toBe(7);
  },
);

const PROTECTED = { done: ["encrypted /data/user"], sealed: new Uint8Array(0) };

async function attemptProtected(answer: TargetResult, open: OpenEvent) {
  const got: ClaimedDelivery[] = [];
  const target: DeliveryTarget = {
    async attempt(claimed) {
      got.push(claimed);
      return { result: answer };
    },
    room: () => ({ deliveries: 1, bytes: 1 }),
    async close() {},
  };
  const { log, lines } = recordingLog();
  const claimed = sampleClaimed({ event: { protection: PROTECTED } });
  const options = { target, open, now: () => NOW, random: () => 0.5, log };
  const { outcome } = await attemptDelivery(claimed, sampleSubscription(), options);
  return { outcome, got, lines };
}

test("attemptDelivery() opens what is protected, and takes it out of what the target answers", async () => {
  const response = { status: 500, body: "no ana@example.com" };
  const answer = { kind: "failed", error: "ana@example.com?", permanent: false, response } as const;
  const body = Buffer.from("opened");
  const { outcome, got, lines } = await attemptProtected(answer, async (event) => ({
    event: { ...event, body },
    hide: (text) => text.replaceAll("ana@example.com", "[protected]"),
  }));
  expect(got[0]?.event.body).toBe(body);
  expect(outcome.attempt).toMatchObject({
    error: "[protected]?",
    response: { status: 500, body: "no [protected]" },
  });
  expect(JSON.stringify(lines)).not.toContain("ana@");
});

test("attemptDelivery() charges nothing if the keys cannot be read, and fails if they will not do", async () => {
  const away = await attemptProtected({ kind: "succeeded" }, async () => {
    throw new StoreUnavailableError("away");
  });
  expect(away.outcome).toMatchObject({ next: { state: "waiting" }, attempt: null });
  const damaged = await attemptProtected({ kind: "succeeded" }, async () => {
    throw new Error("it was changed");
  });
  expect(damaged.outcome.attempt?.error).toBe("Error: it was changed");
  expect([...away.got, ...damaged.got]).toEqual([]);
});
