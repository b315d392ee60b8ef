import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { EventStore } from "../contract/event_store.ts";
import { PAGE_EVENTS_MAX } from "../contract/events.ts";
import { newCapture, newEvent, newQuarantined, type SuiteContext } from "./fixtures.ts";

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
