import { TIME_BUCKETS } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { BUCKET_MS, BUCKETS_KEPT_MS, bucketAt, REST, SERIES_MAX } from "../contract/buckets.ts";
import type { EventStore } from "../contract/event_store.ts";
import type { BucketLevel, BucketQuery, BucketSum } from "../contract/metrics.ts";
import {
  commit,
  commitRunning,
  type EventPart,
  newAttempt,
  newCapture,
  newEvent,
  type SuiteContext,
  settle,
} from "./fixtures.ts";

const WINDOW_MS = 600_000;

const NOTHING = {
  received: 0,
  processed: 0,
  failed: 0,
  retried: 0,
  avgProcessingTime: 0,
  failedAttempts: 0,
  attempts: 0,
};

/** `metrics`: what is counted, when, and for how long. */
export function testMetrics(context: SuiteContext): void {
  test("metrics() of an empty store", async () => {
    expect(await context.store.metrics({ windowMs: WINDOW_MS })).toEqual(NOTHING);
  });

  test("metrics() counts events received, duplicates not", async () => {
    const { store } = context;
    const part = { providerEventId: "p1", body: "a" };
    await commit(
      store,
      [newEvent(part), newEvent(part), newEvent()].map((event) => newCapture(event, [])),
    );
    await commit(store, [newCapture(newEvent(part))]);
    expect(await store.metrics({ windowMs: WINDOW_MS })).toEqual({ ...NOTHING, received: 2 });
  });

  test("metrics() counts each kind of outcome", async () => {
    const { store } = context;
    const waiting = { state: "waiting" as const, nextAttemptAt: store.now() + 60_000 };
    const next = [
      [{ state: "delivered" as const }, newAttempt({ durationMs: 10 })],
      [{ state: "delivered" as const }, newAttempt({ durationMs: 30 })],
      [waiting, newAttempt({ outcome: "failed", durationMs: 1_000 })],
      [waiting, newAttempt({ outcome: "timed_out", durationMs: 1_000 })],
      [waiting, newAttempt({ outcome: "host_lost", durationMs: 1_000 })],
      [waiting, null],
      [{ state: "dead" as const, reason: "out of attempts" }, newAttempt({ outcome: "failed" })],
    ] as const;
    for (const [to, attempt] of next)
      await settle(store, await commitRunning(store), to, { attempt });
    expect(await store.metrics({ windowMs: WINDOW_MS })).toEqual({
      received: 7,
      processed: 2,
      failed: 1,
      retried: 3,
      avgProcessingTime: 20,
      failedAttempts: 4,
      attempts: 6,
    });
  });

  context.testWithClock("metrics() sums the buckets that begin within the window", async () => {
    const { store, advance } = context;
    const minute = BUCKET_MS.minute;
    await advance(minute - (store.now() % minute) + 1_000);
    const received = async (windowMs: number) => (await store.metrics({ windowMs })).received;
    await commitOne(store);
    await advance(minute);
    await commitOne(store);
    await commitOne(store);
    // The clock may tick by itself too: it is 1 s into a bucket, and a little more.
    expect(await received(900)).toBe(0);
    expect(await received(minute / 2)).toBe(2);
    expect(await received(minute + 900)).toBe(2);
    expect(await received(minute + minute / 2)).toBe(3);
    await advance(10 * minute);
    expect(await received(5 * minute)).toBe(0);
    expect(await received(20 * minute)).toBe(3);
  });

  context.testWithClock("metrics() of more than two days sums the hours", async () => {
    const { store, advance } = context;
    const hour = BUCKET_MS.hour;
    const received = async (windowMs: number) => (await store.metrics({ windowMs })).received;
    await advance(hour - (store.now() % hour));
    await commitOne(store);
    await advance(BUCKETS_KEPT_MS.minute + hour);
    await commitOne(store);
    expect(await received(BUCKETS_KEPT_MS.minute)).toBe(1);
    expect(await received(BUCKETS_KEPT_MS.minute + 2 * hour)).toBe(2);
  });

  context.testWithClock("pruneBuckets() removes the oldest of a level, step by step", async () => {
    const { store, advance } = context;
    const received = async (windowMs: number) => (await store.metrics({ windowMs })).received;
    // Well within a bucket: the clock may tick by itself, too.
    await advance(BUCKET_MS.minute - (store.now() % BUCKET_MS.minute) + 1_000);
    for (let count = 0; count < 3; count += 1) {
      await commitOne(store);
      await advance(BUCKET_MS.minute);
    }
    const limit = 1;
    const prune = async (level: BucketLevel, startBefore: number) => {
      let steps = 0;
      while ((await store.pruneBuckets({ level, startBefore, limit })) > 0) steps += 1;
      return steps;
    };
    const [minutes, hours] = [BUCKETS_KEPT_MS.minute, BUCKETS_KEPT_MS.minute + BUCKET_MS.hour];
    expect(await prune("minute", store.now() - 10 * BUCKET_MS.minute)).toBe(0);
    expect(await prune("minute", bucketAt(store.now()) - BUCKET_MS.minute)).toBeGreaterThan(1);
    expect(await received(minutes)).toBe(1);
    expect(await received(hours)).toBe(3);
    expect(await prune("hour", store.now())).toBeGreaterThan(0);
    expect(await received(hours)).toBe(0);
  });
}

const commitOne = (store: EventStore, part: EventPart = {}) =>
  commit(store, [newCapture(newEvent(part), [])]);

/** `readBuckets` and `recordRequests`: what is counted by whom, in which step, and how much is told apart. */
export function testBuckets(context: SuiteContext): void {
  /** The buckets of the last hour by name, as one step. */
  async function read(query: Partial<BucketQuery>): Promise<Record<string, BucketSum["counts"]>> {
    const { store } = context;
    const to = bucketAt(store.now()) + BUCKET_MS.minute;
    const from = to - BUCKET_MS.hour;
    const level = "minute" as const;
    const rest = { level, from, to, stepMs: BUCKET_MS.hour, of: "events", by: null } as const;
    const sums = await store.readBuckets({ ...rest, ...query });
    return Object.fromEntries(sums.map(({ name, counts }) => [name, counts]));
  }

  test("readBuckets() of an empty store", async () => {
    expect(await read({})).toEqual({});
  });

  test("readBuckets() tells sources, types and subscriptions apart, and sums them", async () => {
    const { store } = context;
    const part = { source: "academy", type: "course.enrolled", providerEventId: "p1", body: "a" };
    await commit(store, [newCapture(newEvent(part), []), newCapture(newEvent(part), [])]);
    await commitOne(store, { source: "stripe/eu", type: "invoice.paid" });
    await commitOne(store, { source: "stripe/eu", type: "invoice.created" });
    const dead = { state: "dead", reason: "no" } as const;
    await settle(store, await commitRunning(store), { state: "delivered" });
    await settle(store, await commitRunning(store, { subscription: "crm" }), dead);
    expect(await read({ by: "source" })).toMatchObject({
      academy: { received: 3, duplicates: 1, processed: 1, failed: 1, attempts: 2, succeeded: 1 },
      "stripe/eu": { received: 2, duplicates: 0, processed: 0 },
    });
    expect(await read({ by: "type", source: "stripe/eu" })).toMatchObject({
      "invoice.paid": { received: 1 },
      "invoice.created": { received: 1 },
    });
    expect(await read({ by: "source_type", subscription: "" })).toMatchObject({
      "academy\ncourse.enrolled": { received: 3, duplicates: 1, processed: 0 },
      "stripe/eu\ninvoice.paid": { received: 1 },
      "stripe/eu\ninvoice.created": { received: 1 },
    });
    expect(await read({ by: "subscription", type: "course.enrolled" })).toMatchObject({
      "": { received: 3, processed: 0 },
      mail: { received: 0, processed: 1 },
      crm: { received: 0, failed: 1 },
    });
    const sum = { received: 5, duplicates: 1, processed: 1, failed: 1, attempts: 2, succeeded: 1 };
    expect(await read({})).toMatchObject({ "": sum });
    expect(await read({ source: "nobody" })).toEqual({});
  });

  test("readBuckets() counts in hours what it counts in minutes", async () => {
    const { store } = context;
    await settle(store, await commitRunning(store), { state: "delivered" });
    const to = bucketAt(store.now(), "hour") + BUCKET_MS.hour;
    const window = { from: to - 2 * BUCKET_MS.hour, to, stepMs: 2 * BUCKET_MS.hour };
    expect(Object.values(await read({ ...window, level: "hour", by: "subscription" }))).toEqual(
      Object.values(await read({ ...window, by: "subscription" })),
    );
  });

  test("readBuckets() counts how long attempts took that succeeded", async () => {
    const { store } = context;
    for (const durationMs of [1, 40, 90_000]) {
      const attempt = newAttempt({ durationMs });
      await settle(store, await commitRunning(store), { state: "delivered" }, { attempt });
    }
    const failed = newAttempt({ durationMs: 40, outcome: "failed" });
    const dead = { state: "dead", reason: "no" } as const;
    await settle(store, await commitRunning(store), dead, { attempt: failed });
    const { mail } = await read({ by: "subscription" });
    expect(mail?.timedMs).toBe(90_041);
    expect(mail?.times.flatMap((count, index) => (count > 0 ? [index] : []))).toEqual([
      0,
      9,
      TIME_BUCKETS - 1,
    ]);
  });

  test("recordRequests() counts by source and outcome, apart from events", async () => {
    const { store } = context;
    const stored = { source: "academy", outcome: "stored", requests: 2, timedMs: 5, times: [1, 1] };
    const forged = { outcome: "invalid_signature", timedMs: 0, times: [] };
    await store.recordRequests([stored, { source: "academy", requests: 3, ...forged }]);
    await store.recordRequests([stored, { source: "stripe/eu", requests: 1, ...forged }]);
    expect(await read({})).toEqual({});
    const of = "requests" as const;
    expect(await read({ of, by: "outcome" })).toMatchObject({
      stored: { requests: 4, timedMs: 10, times: [2, 2, ...Array(TIME_BUCKETS - 2).fill(0)] },
      invalid_signature: { requests: 4, timedMs: 0 },
    });
    expect(await read({ of, by: "outcome", source: "stripe/eu" })).toMatchObject({
      invalid_signature: { requests: 1 },
    });
    expect(await read({ of, by: "source" })).toMatchObject({
      academy: { requests: 7 },
      "stripe/eu": { requests: 1 },
    });
    const bad = { of, outcome: "invalid_signature" };
    expect(await read({ ...bad, by: "source" })).toMatchObject({
      academy: { requests: 3 },
      "stripe/eu": { requests: 1 },
    });
    expect(await read(bad)).toMatchObject({ "": { requests: 4 } });
  });

  context.testWithClock("readBuckets() divides a window into steps", async () => {
    const { store, advance } = context;
    const minute = BUCKET_MS.minute;
    await advance(minute - (store.now() % minute) + 1_000);
    const from = bucketAt(store.now());
    await commitOne(store);
    await advance(minute);
    await commitOne(store);
    await advance(3 * minute);
    await commitOne(store);
    const steps = async (query: Partial<BucketQuery>) => {
      const whole = { level: "minute", from, to: from + 10 * minute, of: "events" } as const;
      const sums = await store.readBuckets({ ...whole, stepMs: 2 * minute, by: null, ...query });
      return sums.map(({ at, counts }) => [at - from, counts.received]).sort();
    };
    expect(await steps({})).toEqual([
      [0, 2],
      [4 * minute, 1],
    ]);
    expect(await steps({ to: from + 4 * minute })).toEqual([[0, 2]]);
    expect(await steps({ from: from + minute, by: "source" })).toEqual([
      [2 * minute + minute, 1],
      [minute, 1],
    ]);
  });

  test("readBuckets() has the types beyond its bound as one, whose counts are not lost", async () => {
    const { store } = context;
    const many = SERIES_MAX + 20;
    const types = Array.from({ length: many }, (_, index) => `made.up.${index}`);
    await commit(
      store,
      types.map((type) => newCapture(newEvent({ type }), [])),
    );
    await commitOne(store, { type: "x".repeat(1_000) });
    const byType = await read({ by: "type" });
    expect(Object.keys(byType).length).toBeLessThanOrEqual(SERIES_MAX + 1);
    expect(byType[REST]?.received).toBeGreaterThanOrEqual(21);
    const received = Object.values(byType).reduce((sum, counts) => sum + counts.received, 0);
    expect(received).toBe(many + 1);
  });
}
