import { expect, test } from "@jest/globals";
import { ClaimRoom } from "./claim_room.ts";

const ROOMY = { deliveries: 10, replayed: 10, bytes: 1_000 };

function offers(
  room: ClaimRoom,
  deliveries: readonly [subscription: string, bodyBytes: number, replayed?: "replayed"][],
): string[] {
  return deliveries.map(([subscription, bodyBytes, replayed]) =>
    room.offer({ subscription, bodyBytes, replayed: replayed !== undefined }),
  );
}

function roomOf(slots: Record<string, typeof ROOMY>, limit = 100, bytesMax = 10_000): ClaimRoom {
  return new ClaimRoom({ slots: new Map(Object.entries(slots)), limit, bytesMax });
}

test("ClaimRoom skips a subscription from its first body that does not fit, though later ones would", () => {
  const room = roomOf({ mail: ROOMY, crm: ROOMY });
  const offered = offers(room, [
    ["mail", 600],
    ["mail", 600],
    ["mail", 1],
    ["crm", 600],
  ]);
  expect(offered).toEqual(["claim", "skip", "skip", "claim"]);
});

test("ClaimRoom claims a first body of any size", () => {
  expect(offers(roomOf({ mail: ROOMY }, 100, 1), [["mail", 5_000]])).toEqual(["claim"]);
});

test("ClaimRoom stops at the limit, and at the bytes of all", () => {
  expect(
    offers(roomOf({ mail: ROOMY }, 1), [
      ["mail", 1],
      ["mail", 1],
    ]),
  ).toEqual(["claim", "stop"]);
  expect(
    offers(roomOf({ mail: ROOMY, crm: ROOMY }, 100, 500), [
      ["mail", 400],
      ["crm", 101],
    ]),
  ).toEqual(["claim", "stop"]);
});

test("ClaimRoom keeps the slots of a subscription, and those of its replays", () => {
  const room = roomOf({ mail: { deliveries: 2, replayed: 1, bytes: 1_000 } });
  expect(room.hasSlot("mail", true)).toBe(true);
  const offered = offers(room, [
    ["mail", 1, "replayed"],
    ["mail", 1, "replayed"],
    ["mail", 1],
    ["mail", 1],
    ["unknown", 1],
  ]);
  expect(offered).toEqual(["claim", "skip", "claim", "skip", "skip"]);
  const slots = [room.hasSlot("mail", true), room.hasSlot("mail", false)];
  expect([...slots, room.hasSlot("unknown", false)]).toEqual([false, false, false]);
});

test("ClaimRoom wants what it has slots for, and a copy takes no room", () => {
  const room = roomOf({ mail: { deliveries: 3, replayed: 1, bytes: 1_000 } }, 2);
  const wanted = [
    { subscription: "mail", replayed: false, count: 2 },
    { subscription: "mail", replayed: true, count: 1 },
  ];
  expect(room.wanted()).toEqual(wanted);
  offers(room.copy(), [["mail", 1]]);
  expect(room.wanted()).toEqual(wanted);
  room.take({ subscription: "mail", replayed: true, bodyBytes: 1 });
  expect(room.wanted()).toEqual([{ subscription: "mail", replayed: false, count: 1 }]);
});
