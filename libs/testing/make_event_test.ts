import { createHash } from "node:crypto";
import { describeEvent, generic, parseHeaderBlock } from "@hookgate/providers";
import { type SignedRequest, type SymmetricRecipe, verify } from "@hookgate/signature";
import { idTimeMs, type ReceivedEvent } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { EVENT_SECRET, makeEvent } from "./make_event.ts";

function received({ headers: block, body, receivedAt }: ReceivedEvent): SignedRequest {
  const sent = parseHeaderBlock(block);
  const headers = (name: string) => sent.filter(([key]) => key === name).map(([, value]) => value);
  return { method: "POST", url: "http://localhost/", headers, body, receivedAt };
}

/** Whether the event's own headers and body would pass at the edge. */
function verifies(event: ReceivedEvent): boolean {
  const secrets = [{ id: "1", value: EVENT_SECRET }];
  return verify(generic.recipe as SymmetricRecipe, received(event), { secrets }).ok;
}

test("makeEvent() makes an event like the edge does", () => {
  const event = makeEvent();
  expect(event.id).toMatch(/^evt_[0-9a-f]{32}$/);
  expect(idTimeMs(event.id)).toBe(event.receivedAt);
  expect(verifies(event)).toBe(true);
  expect(describeEvent(generic, received(event))).toMatchObject({
    type: event.type,
    providerType: event.providerType,
  });
  expect(event.bodySha256).toEqual(createHash("sha256").update(event.body).digest());
});

test("makeEvent() makes no duplicates, even in one millisecond", () => {
  const events = Array.from({ length: 1_000 }, () => makeEvent({ receivedAt: 1_790_000_000_000 }));
  expect(new Set(events.map(({ id }) => id)).size).toBe(1_000);
  expect(
    new Set(events.map(({ bodySha256 }) => Buffer.from(bodySha256).toString("hex"))).size,
  ).toBe(1_000);
});

test("makeEvent() uses the given fields and derives the others from them", () => {
  const body = Uint8Array.from([0xff]);
  const event = makeEvent({ body, source: "stripe/eu", type: "unknown", flags: ["unreadable"] });
  expect(event).toMatchObject({ source: "stripe/eu", type: "unknown", flags: ["unreadable"] });
  expect(event.body).toBe(body);
  expect(event.bodySha256).toEqual(createHash("sha256").update(body).digest());
  expect(verifies(event)).toBe(true);
  expect(makeEvent({ type: "course.enrolled", id: "evt_1" })).toMatchObject({
    id: "evt_1",
    type: "course.enrolled",
  });
});
