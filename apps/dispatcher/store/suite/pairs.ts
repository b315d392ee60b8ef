import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import { DIGEST_DEDUPE_MS } from "../contract/captures.ts";
import { commit, type EventPart, newCapture, newEvent, type SuiteContext } from "./fixtures.ts";

const DAY = DIGEST_DEDUPE_MS;
const NOON = Date.UTC(2026, 0, 15, 12);

/** What a second event does after a first one was stored. */
const PAIRS: [string, EventPart, EventPart, "duplicate" | "stored" | "key_reused"][] = [
  [
    "the same provider's id and body",
    { providerEventId: "p1", body: "a" },
    { providerEventId: "p1", body: "a" },
    "duplicate",
  ],
  [
    "the same provider's id and body, years later",
    { providerEventId: "p1", body: "a", receivedAt: NOON },
    { providerEventId: "p1", body: "a", receivedAt: NOON + 900 * DAY },
    "duplicate",
  ],
  [
    "the same provider's id, another body",
    { providerEventId: "p1", body: "a" },
    { providerEventId: "p1", body: "b" },
    "key_reused",
  ],
  [
    "another provider's id, the same body",
    { providerEventId: "p1", body: "a" },
    { providerEventId: "p2", body: "a" },
    "stored",
  ],
  [
    "provider's ids that differ in case",
    { providerEventId: "p1", body: "a" },
    { providerEventId: "P1", body: "a" },
    "stored",
  ],
  [
    "provider's ids that differ after a NUL",
    { providerEventId: "p\u0000a", body: "a" },
    { providerEventId: "p\u0000b", body: "a" },
    "stored",
  ],
  [
    "the same provider's id and body, another source",
    { source: "one", providerEventId: "p1", body: "a" },
    { source: "two", providerEventId: "p1", body: "a" },
    "stored",
  ],
  [
    "the same provider's id from another source, another body",
    { source: "one", providerEventId: "p1", body: "a" },
    { source: "two", providerEventId: "p1", body: "b" },
    "stored",
  ],
  [
    "source and provider's id that read the same together",
    { source: "one", providerEventId: "two", body: "a" },
    { source: "onet", providerEventId: "wo", body: "a" },
    "stored",
  ],
  ["the same body without an id", { body: "a" }, { body: "a" }, "duplicate"],
  [
    "the same body without an id, another type",
    { body: "a", type: "x" },
    { body: "a", type: "y" },
    "duplicate",
  ],
  [
    "the same body without an id, another source",
    { source: "one", body: "a" },
    { source: "two", body: "a" },
    "stored",
  ],
  ["another body without an id", { body: "a" }, { body: "b" }, "stored"],
  ["the empty body, twice", { body: "" }, { body: "" }, "duplicate"],
  [
    "the same body, first with an id, then without",
    { providerEventId: "p1", body: "a" },
    { body: "a" },
    "stored",
  ],
  [
    "the same body, first without an id, then with",
    { body: "a" },
    { providerEventId: "p1", body: "a" },
    "stored",
  ],
  [
    "the same body without an id, a day later",
    { body: "a", receivedAt: NOON },
    { body: "a", receivedAt: NOON + DAY },
    "duplicate",
  ],
  [
    "the same body without an id, a day and 1 ms later",
    { body: "a", receivedAt: NOON },
    { body: "a", receivedAt: NOON + DAY + 1 },
    "stored",
  ],
  [
    "the same body without an id, a day earlier",
    { body: "a", receivedAt: NOON },
    { body: "a", receivedAt: NOON - DAY },
    "duplicate",
  ],
  [
    "the same body without an id, a day and 1 ms earlier",
    { body: "a", receivedAt: NOON },
    { body: "a", receivedAt: NOON - DAY - 1 },
    "stored",
  ],
];

/** `commit`: which of two captures are duplicates. */
export function testPairs(context: SuiteContext): void {
  for (const together of [false, true]) {
    const how = together ? "in one call" : "in two calls";
    test.each(PAIRS)(`commit() ${how}: %s`, async (_name, first, second, expected) => {
      const { store } = context;
      // Sources of its own keep each row out of the way of the others.
      const own = randomUUID();
      const [a, b] = [first, second].map((part) =>
        newEvent({ ...part, source: `${own}/${part.source ?? "academy"}` }),
      );
      if (!a || !b) throw new Error("Cannot happen");
      const captures = [newCapture(a), newCapture(b)];
      const results = together
        ? await commit(store, captures)
        : [
            ...(await commit(store, captures.slice(0, 1))),
            ...(await commit(store, captures.slice(1))),
          ];
      expect(results[0]).toMatchObject({ eventId: a.id, duplicate: false });
      if (expected === "duplicate") {
        expect(results[1]).toEqual({ eventId: a.id, duplicate: true, deliveries: [] });
        expect(await store.getEvent(b.id)).toBeNull();
        expect((await store.getEvent(a.id))?.deliveries).toHaveLength(1);
        return;
      }
      expect(results[1]).toMatchObject({ eventId: b.id, duplicate: false, deliveries: [{}] });
      const flags = (await store.getEvent(b.id))?.event.flags;
      expect(flags).toEqual(expected === "key_reused" ? ["key_reused"] : []);
      expect((await store.getEvent(a.id))?.event.flags).toEqual([]);
    });
  }
}
