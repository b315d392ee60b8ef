import { expect, test } from "@jest/globals";
import { commit, newCapture, newEvent } from "../suite/fixtures.ts";
import { newUri, openStore, testOnMongo } from "../suite/mongodb_fixtures.ts";
import { firstPart, furtherParts, PART_BYTES_MAX } from "./body_parts.ts";
import type { BodyPartDocument, EventDocument } from "./collections.ts";

test.each([
  [0, []],
  [PART_BYTES_MAX, []],
  [PART_BYTES_MAX + 1, [1]],
  [3 * PART_BYTES_MAX, [PART_BYTES_MAX, PART_BYTES_MAX]],
])("a body of %i bytes has further parts of %j", (length, further) => {
  const body = new Uint8Array(length);
  expect(firstPart(body)).toHaveLength(Math.min(length, PART_BYTES_MAX));
  expect(furtherParts({ id: "evt_1", body }).map(({ bytes }) => bytes.length)).toEqual(further);
});

testOnMongo(
  "a body above MongoDB's limit of 16 MB is stored in parts, which go with their event",
  async () => {
    const store = await openStore("one", { uri: newUri() });
    const event = newEvent({ body: new Uint8Array(2 * PART_BYTES_MAX + 1).fill(7) });
    await commit(store, [newCapture(event, []), newCapture(newEvent(), [])]);
    const events = store.db.collection<EventDocument>("events");
    const parts = store.db.collection<BodyPartDocument>("bodyParts");
    expect(await events.countDocuments()).toBe(2);
    expect(await parts.countDocuments({ eventId: event.id })).toBe(2);
    const page = await store.listEvents({ limit: 5 });
    expect(page.events.map(({ bodyBytes }) => bodyBytes)).toContain(event.body.length);
    const before = Date.now() + 3_600_000;
    await store.pruneEvents({
      deliveredBefore: before,
      deadBefore: before,
      cursor: null,
      limit: 10,
    });
    expect([await events.countDocuments(), await parts.countDocuments()]).toEqual([0, 0]);
  },
  60_000,
);
