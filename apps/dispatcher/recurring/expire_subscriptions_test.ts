import { fakeClock } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import {
  decideExpire,
  decideRemove,
  nextSet,
  type SubscriptionsChange,
} from "../store/contract/decide_subscriptions.ts";
import type { SubscriptionActivity } from "../store/contract/deliveries.ts";
import type { StoredSubscription, SubscriptionSet } from "../store/contract/subscriptions.ts";
import { noJumps } from "../suite/no_jumps.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { sampleSubscription } from "../suite/sample_claimed.ts";
import { expireSubscriptions } from "./expire_subscriptions.ts";

const MINUTE_MS = 60_000;
const NOW = 1_763_950_000_000;

/** A look at these names, opened at NOW, of which the second one has a subscriber; each step takes 10 ms. */
function makeLook({ waiting = 0, names = ["idle", "busy"] } = {}) {
  const clock = fakeClock({ now: NOW });
  const left = new Map(names.map((name) => [name, waiting]));
  let set: SubscriptionSet = {
    revision: 1,
    subscriptions: names.map((name): StoredSubscription => {
      const definition = sampleSubscription({ name, target: { kind: "stream" } });
      return { definition, origin: "stream", paused: null, usedAt: NOW };
    }),
  };
  const change = <T>(decided: SubscriptionsChange<T>): T => {
    set = nextSet(set, decided);
    return decided.result(set);
  };
  const connected = new Map<string, SubscriptionActivity>([
    [
      "busy",
      { name: "busy", running: 0, streams: 1, breaker: null, heldUntil: null, counted: null },
    ],
  ]);
  const adopted: SubscriptionSet[] = [];
  const { log, lines } = recordingLog();
  const look = expireSubscriptions({
    passed: noJumps(clock),
    store: {
      now: clock.now,
      subscriptions: async () => set,
      expireSubscriptions: async (options) =>
        change(decideExpire(set, { ...options, now: clock.now() })),
      async stepDeletion(name) {
        clock.advance(10);
        const cancelled = Math.min(500, left.get(name) ?? 0);
        left.set(name, (left.get(name) ?? 0) - cancelled);
        if (cancelled > 0) return { cancelled, deleted: false, set };
        return { cancelled, deleted: true, set: change(decideRemove(set, name)) };
      },
    },
    activity: { all: async () => connected },
    idleMs: () => MINUTE_MS,
    adopt: (one) => void adopted.push(one),
    clock: clock.now,
    log,
  });
  const namesNow = () => set.subscriptions.map(({ definition }) => definition.name);
  return { look, clock, lines, adopted, connected, namesNow };
}

test("expireSubscriptions() deletes a name that nobody uses, and says how much it cancelled", async () => {
  const { look, clock, lines, adopted, namesNow } = makeLook({ waiting: 700 });
  clock.advance(MINUTE_MS);
  await look();
  expect(namesNow()).toEqual(["busy"]);
  const reason = `nobody has listened to it since ${new Date(NOW).toISOString()}`;
  expect(lines).toMatchObject([
    { level: "warn", fields: { subscription: "idle", reason } },
    { level: "warn", fields: { subscription: "idle", reason, cancelled: 700 } },
  ]);
  // The first ends its streams, the last frees its name.
  expect(adopted.map(({ subscriptions }) => subscriptions.length)).toEqual([2, 1]);
});

test("expireSubscriptions() gives subscribers time to return after a start", async () => {
  const { look, clock, connected, namesNow } = makeLook();
  clock.advance(MINUTE_MS - 1);
  await look();
  connected.clear();
  expect(namesNow()).toEqual(["idle", "busy"]);
  clock.advance(1);
  await look();
  expect(namesNow()).toEqual([]);
});

test("expireSubscriptions() ends after two seconds, and continues next time", async () => {
  const names = Array.from({ length: 300 }, (_, n) => `pod-${n}`);
  const { look, clock, namesNow } = makeLook({ names });
  clock.advance(MINUTE_MS);
  await look();
  expect(namesNow()).toHaveLength(100);
  await look();
  expect(namesNow()).toEqual([]);
});
