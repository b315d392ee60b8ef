import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { type EventStore, StoreUnavailableError } from "../contract/event_store.ts";
import { PAGE_EVENTS_MAX } from "../contract/events.ts";
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
  ["activity", (store) => store.activity({ staleMs: 0 })],
  ["takeOver", (store) => store.takeOver({ dispatcherId: "me", staleMs: 0 })],
  ["reclaim", (store) => store.reclaim({ dispatcherId: "me", liveTokens: new Set() })],
  ["subscriptions", (store) => store.subscriptions()],
  ["publishSubscriptions", (store) => store.publishSubscriptions([])],
  ["openSubscription", (store) => store.openSubscription(newSubscription("mail"))],
  [
    "changeSubscription",
    (store) => store.changeSubscription("mail", { events: ["*"], sources: ["*"] }),
  ],
  ["deleteSubscription", (store) => store.deleteSubscription("mail", { reason: "" })],
  ["stepDeletion", (store) => store.stepDeletion("mail")],
  ["expireSubscriptions", (store) => store.expireSubscriptions({ connected: [], idleMs: 1_000 })],
  ["pauseSubscription", (store) => store.pauseSubscription("mail", { by: "operator", reason: "" })],
  ["resumeSubscription", (store) => store.resumeSubscription("mail")],
  ["waitingSubscriptions", (store) => store.waitingSubscriptions()],
  ["backlog", (store) => store.backlog("mail", { deliveriesMax: 1 })],
  ["listEvents", (store) => store.listEvents({ limit: 1 })],
  ["getEvent", (store) => store.getEvent(newId("evt"))],
  ["getDelivery", (store) => store.getDelivery(newId("dlv"))],
  ["retryDelivery", (store) => store.retryDelivery(newId("dlv"))],
  ["cancelDelivery", (store) => store.cancelDelivery(newId("dlv"), { reason: "" })],
  ["createReplay", (store) => store.createReplay(newReplay())],
  ["replays", (store) => store.replays()],
  ["changedSubscriptions", (store) => store.changedSubscriptions(1)],
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
  ["openEnrolment", (store) => store.openEnrolment({ source: "asana", until: 0, word: "w" })],
  ["enrol", (store) => store.enrol({ source: "asana", secret: "s", word: "w", address: "a" })],
  ["revokeEnrolment", (store) => store.revokeEnrolment("asana")],
  ["auditLog", (store) => store.auditLog({ limit: 1 })],
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

type Call = (store: EventStore) => Promise<unknown>;

const GOOD = newCapture(newEvent());
const MAIL = { subscription: "mail", claim: null, orderKey: null };
const SHORT_DIGEST = newCapture({ ...newEvent(), bodySha256: new Uint8Array(31) });
const EVENT_ID = newId("evt");

const REFUSALS: [string, Call, string][] = [
  [
    "commit() of a malformed event id",
    (store) => store.commit([GOOD, newCapture(newEvent({ id: "evt_1" }))], { revision: 0 }),
    'Cannot store "evt_1": an id is evt_ and 32 hexadecimal digits',
  ],
  [
    "commit() of a malformed delivery id",
    (store) =>
      store.commit([{ ...GOOD, deliveries: [{ ...MAIL, id: EVENT_ID }] }], { revision: 0 }),
    `Cannot store "${EVENT_ID}": an id is dlv_ and 32 hexadecimal digits`,
  ],
  [
    "commit() of a digest of another length",
    (store) => store.commit([SHORT_DIGEST], { revision: 0 }),
    `Cannot store ${SHORT_DIGEST.event.id}: a SHA-256 has 32 bytes`,
  ],
  [
    "release() of a malformed event id",
    (store) =>
      store.release(newId("qtn"), {
        capture: newCapture(newEvent({ id: "evt_1" })),
        revision: 0,
      }),
    'Cannot store "evt_1": an id is evt_ and 32 hexadecimal digits',
  ],
  [
    "listEvents() of no events",
    (store) => store.listEvents({ limit: 0 }),
    "Cannot list events: limit 0 is not from 1 to 1000",
  ],
  [
    "listEvents() of too many events",
    (store) => store.listEvents({ limit: PAGE_EVENTS_MAX + 1 }),
    "Cannot list events: limit 1001 is not from 1 to 1000",
  ],
  [
    "listEvents() after a malformed cursor",
    (store) => store.listEvents({ limit: 1, cursor: `nonsense ${"x".repeat(100)}` }),
    `Cannot list events: "nonsense ${"x".repeat(51)}" is not the cursor of a page`,
  ],
  [
    "listEvents() of unhandled events in a state",
    (store) => store.listEvents({ limit: 1, state: "dead", unhandled: true }),
    "Cannot list events: an unhandled event has no delivery in any state",
  ],
  [
    "quarantine() of a malformed id",
    (store) => store.quarantine([newQuarantined(), newQuarantined({ id: EVENT_ID })]),
    `Cannot keep "${EVENT_ID}": an id is qtn_ and 32 hexadecimal digits`,
  ],
  [
    "listQuarantine() of no requests",
    (store) => store.listQuarantine({ limit: 0 }),
    "Cannot list quarantine: limit 0 is not from 1 to 1000",
  ],
  [
    "listQuarantine() after a malformed cursor",
    (store) => store.listQuarantine({ limit: 1, cursor: EVENT_ID }),
    `Cannot list quarantine: "${EVENT_ID}" is not the cursor of a page`,
  ],
];

/** Refusals of the contract, to the word, and that nothing is stored then. */
export function testRefusals(context: SuiteContext): void {
  test.each(REFUSALS)("%s is refused", async (_what, call, message) => {
    const { store } = context;
    await expect(Promise.resolve().then(() => call(store))).rejects.toThrow(
      new RangeError(message),
    );
    expect((await store.listEvents({ limit: 1 })).events).toEqual([]);
    expect((await store.listQuarantine({ limit: 1 })).requests).toEqual([]);
  });
}
