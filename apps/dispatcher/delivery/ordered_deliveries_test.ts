import { createLog } from "@hookgate/telemetry";
import { makeEvent, randomOfSeed, temporaryDirectory, waitFor } from "@hookgate/testing";
import { newId, type Subscription } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Capture } from "../store/contract/captures.ts";
import type { ClaimedDelivery } from "../store/contract/deliveries.ts";
import type { EventStore } from "../store/contract/event_store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite_store.ts";
import { sampleSubscription } from "../suite/sample_claimed.ts";
import type { DeliveryTarget, TargetAttempt } from "../targets/target.ts";
import { DeliveryLoop } from "./delivery_loop.ts";

const log = createLog({ name: "test", level: "silent" });
const EVENTS = 1_000;
const KEYS = 50;
/** Its events always fail, so that the first of them is dead and the rest is held back. */
const CURSED = "key 7";

const SUBSCRIPTION: Subscription = sampleSubscription({
  name: "orders",
  orderBy: "/customer",
  retry: { name: "quick", delaysMs: Array(20).fill(1), jitter: 0 },
  concurrency: 16,
});

interface Try {
  key: string;
  event: string;
  ok: boolean;
}

/** Fails as the random source says, and notes the order of what it is given. */
class FlakyTarget implements DeliveryTarget {
  readonly tries: Try[] = [];
  readonly running = new Set<string>();
  overlaps = 0;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  room(_subscription: unknown, running: { deliveries: number }) {
    return { deliveries: (SUBSCRIPTION.concurrency ?? 0) - running.deliveries, bytes: 1e9 };
  }

  async attempt({ delivery, event }: ClaimedDelivery): Promise<TargetAttempt> {
    const key = delivery.order?.key ?? "none";
    if (this.running.has(key)) this.overlaps += 1;
    this.running.add(key);
    await new Promise((resolve) => setImmediate(resolve));
    this.running.delete(key);
    const ok = key !== CURSED && this.#random() > 0.2;
    this.tries.push({ key, event: event.id, ok });
    return {
      result: ok ? { kind: "succeeded" } : { kind: "failed", error: "no", permanent: false },
    };
  }

  async close(): Promise<void> {}
}

async function storeEvents(store: EventStore, loop: DeliveryLoop, random: () => number) {
  const received = new Map<string, string[]>();
  const captures = Array.from({ length: EVENTS }, (): Capture => {
    const key = `key ${Math.floor(random() * KEYS)}`;
    const event = makeEvent();
    received.set(key, [...(received.get(key) ?? []), event.id]);
    const delivery = { id: newId("dlv"), subscription: "orders", claim: null, orderKey: key };
    return { event, deliveries: [delivery], skipped: [] };
  });
  const { revision } = await store.subscriptions();
  // In several commits, while those before are delivered.
  for (let at = 0; at < EVENTS; at += 50) {
    await store.commit(captures.slice(at, at + 50), { revision });
    loop.expectBacklog("orders");
  }
  return received;
}

test("1,000 events over 50 keys are delivered in the order of each key, even if attempts fail", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 - 1 }), async (seed) => {
      await using folder = await temporaryDirectory();
      const store = await openSqliteStore({ dataDir: folder.path, dispatcherId: "d", log });
      await store.publishSubscriptions([SUBSCRIPTION]);
      const random = randomOfSeed(seed);
      const target = new FlakyTarget(random);
      const targets = { handler: target, endpoint: target, stream: target };
      const wakeAt = () => {};
      const pause = async () => {};
      const loop = new DeliveryLoop({
        store,
        targets,
        dispatcherId: "d",
        log,
        random,
        wakeAt,
        pause,
      });
      loop.serve([SUBSCRIPTION]);
      const received = await storeEvents(store, loop, random);
      const cursed = received.get(CURSED) ?? [];
      const delivered = () => target.tries.filter(({ ok }) => ok).length;
      await waitFor(() => delivered() === EVENTS - cursed.length, {
        timeoutMs: 25_000,
        what: "all but those of one key to be delivered",
      });
      await loop.stop({ graceMs: 1_000 });

      for (const [key, events] of received) {
        if (key === CURSED) continue;
        const inOrder = target.tries.filter((one) => one.key === key && one.ok);
        expect(inOrder.map(({ event }) => event)).toEqual(events);
        // Nothing was even tried before what came first had ended.
        const firstTries = [
          ...new Set(target.tries.flatMap((one) => (one.key === key ? one.event : []))),
        ];
        expect(firstTries).toEqual(events);
      }
      expect(target.overlaps).toBe(0);
      const cursedTries = target.tries.filter(({ key }) => key === CURSED);
      expect(new Set(cursedTries.map(({ event }) => event)).size).toBe(Math.min(1, cursed.length));
      await store.close();
    }),
    { numRuns: 3 },
  );
}, 90_000);
