import { expect, test } from "@jest/globals";
import { METRIC_BUCKET_MS, METRIC_RETENTION_MS } from "../contract/bookkeeping.ts";
import {
  commit,
  commitRunning,
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
    const minute = METRIC_BUCKET_MS;
    await advance(minute - (store.now() % minute) + 1_000);
    const commitOne = () => commit(store, [newCapture(newEvent(), [])]);
    const received = async (windowMs: number) => (await store.metrics({ windowMs })).received;
    await commitOne();
    await advance(minute);
    await commitOne();
    await commitOne();
    // The clock may tick by itself too: it is 1 s into a bucket, and a little more.
    expect(await received(900)).toBe(0);
    expect(await received(minute / 2)).toBe(2);
    expect(await received(minute + 900)).toBe(2);
    expect(await received(minute + minute / 2)).toBe(3);
    await advance(10 * minute);
    expect(await received(5 * minute)).toBe(0);
    expect(await received(20 * minute)).toBe(3);
  });

  context.testWithClock("metrics() keeps buckets for eight days", async () => {
    const { store, advance } = context;
    const everything = { windowMs: METRIC_RETENTION_MS * 4 };
    const commitOne = () => commit(store, [newCapture(newEvent(), [])]);
    await advance(METRIC_BUCKET_MS - (store.now() % METRIC_BUCKET_MS));
    await commitOne();
    await advance(METRIC_RETENTION_MS);
    await commitOne();
    expect((await store.metrics(everything)).received).toBe(2);
    await advance(METRIC_BUCKET_MS);
    await commitOne();
    expect((await store.metrics(everything)).received).toBe(2);
    await advance(METRIC_RETENTION_MS * 2);
    await settle(store, await commitRunning(store), { state: "delivered" });
    expect(await store.metrics(everything)).toMatchObject({ received: 1, processed: 1 });
  });
}
