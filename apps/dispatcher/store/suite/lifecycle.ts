import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { type EventStore, StoreUnavailableError } from "../contract/event_store.ts";
import {
  claimDue,
  newCapture,
  newEvent,
  newQuarantined,
  newReplay,
  newSubscription,
  type SuiteContext,
} from "./fixtures.ts";

const CALLS: [string, (store: EventStore) => Promise<unknown>][] = [
  ["commit", (store) => store.commit([newCapture(newEvent())], { revision: 0 })],
  ["commit of nothing", (store) => store.commit([], { revision: 0 })],
  ["claimDue", (store) => claimDue(store)],
  ["settle", (store) => store.settle([])],
  ["nextDueAt", (store) => store.nextDueAt(["mail"])],
  ["dueSeconds", (store) => store.dueSeconds({ limit: 1 })],
  ["heartbeat", (store) => store.heartbeat("me")],
  ["takeOver", (store) => store.takeOver({ dispatcherId: "me", staleMs: 0 })],
  ["reclaim", (store) => store.reclaim({ dispatcherId: "me", liveTokens: new Set() })],
  ["subscriptions", (store) => store.subscriptions()],
  ["publishSubscriptions", (store) => store.publishSubscriptions([])],
  ["openSubscription", (store) => store.openSubscription(newSubscription("mail"))],
  ["pauseSubscription", (store) => store.pauseSubscription("mail", { by: "operator", reason: "" })],
  ["resumeSubscription", (store) => store.resumeSubscription("mail")],
  ["backlog", (store) => store.backlog("mail", { deliveriesMax: 1 })],
  ["listEvents", (store) => store.listEvents({ limit: 1 })],
  ["getEvent", (store) => store.getEvent(newId("evt"))],
  ["getDelivery", (store) => store.getDelivery(newId("dlv"))],
  ["retryDelivery", (store) => store.retryDelivery(newId("dlv"))],
  ["cancelDelivery", (store) => store.cancelDelivery(newId("dlv"), { reason: "" })],
  ["createReplay", (store) => store.createReplay(newReplay())],
  ["replays", (store) => store.replays()],
  ["setReplayState", (store) => store.setReplayState(newId("rpl"), "paused")],
  [
    "stepReplay",
    (store) =>
      store.stepReplay(newId("rpl"), { from: null, to: null, seen: 0, deliveries: [], done: true }),
  ],
  ["replayBacklog", (store) => store.replayBacklog(newId("rpl"), { limit: 1 })],
  [
    "pruneEvents",
    (store) => store.pruneEvents({ deliveredBefore: 0, deadBefore: 0, cursor: null, limit: 1 }),
  ],
  ["metrics", (store) => store.metrics({ windowMs: 1 })],
  ["queueState", (store) => store.queueState()],
  ["quarantine", (store) => store.quarantine([newQuarantined()])],
  ["listQuarantine", (store) => store.listQuarantine({ limit: 1 })],
  ["getQuarantined", (store) => store.getQuarantined(newId("qtn"))],
  [
    "release",
    (store) => store.release(newId("qtn"), { capture: newCapture(newEvent()), revision: 0 }),
  ],
  ["pruneQuarantine", (store) => store.pruneQuarantine({ receivedBefore: 0 })],
  ["recordSecretUses", (store) => store.recordSecretUses([])],
  ["secretUses", (store) => store.secretUses()],
  ["recordHandshakes", (store) => store.recordHandshakes([])],
  ["handshakes", (store) => store.handshakes()],
  ["openEnrolment", (store) => store.openEnrolment({ source: "asana", until: 0 })],
  ["enrol", (store) => store.enrol({ source: "asana", secret: "s" })],
  ["enrolments", (store) => store.enrolments()],
];

/** `close`, `now` and `kind`. */
export function testLifecycle(context: SuiteContext): void {
  test("kind names the store", () => {
    expect(["sqlite", "mongodb"]).toContain(context.store.kind);
  });

  test("now() does not run backwards", () => {
    const first = context.store.now();
    expect(Number.isInteger(first)).toBe(true);
    expect(context.store.now()).toBeGreaterThanOrEqual(first);
  });

  test("close() ends what is under way", async () => {
    const { store } = context;
    const commits = Array.from({ length: 5 }, () =>
      store.commit([newCapture(newEvent())], { revision: 0 }),
    );
    const closed = store.close();
    for (const commit of commits) expect(await commit).toHaveLength(1);
    await closed;
  });

  test("every call rejects once the store is closed", async () => {
    const { store } = context;
    await store.close();
    for (const [name, call] of CALLS) {
      const error = await call(store).catch((thrown: unknown) => thrown);
      expect([name, error]).toEqual([name, expect.any(StoreUnavailableError)]);
    }
  });

  test("close() again does nothing", async () => {
    const { store } = context;
    await Promise.all([store.close(), store.close()]);
    await store.close();
  });
}
