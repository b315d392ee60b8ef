import { expect, test } from "@jest/globals";
import { Lane } from "./lane.ts";
import { sampleClaimed, sampleSubscription } from "./suite/sample_claimed.ts";

const room = (deliveries: number, bytes = 1_000) => ({ deliveries, bytes });

function laneOf(state: { backlog: boolean; look: boolean }): Lane {
  return Object.assign(new Lane(sampleSubscription()), state);
}

test.each([
  ["a backlog asks for all", { backlog: true, look: false }, 20, 20],
  ["a look asks for half", { backlog: false, look: true }, 20, 10],
  ["a look asks for the last one", { backlog: false, look: true }, 1, 1],
])("slots(): %s", (_what, state, free, deliveries) => {
  expect(laneOf(state).slots(room(free))?.deliveries).toBe(deliveries);
});

test.each([
  ["nothing is known to wait", { backlog: false, look: false }, 20],
  ["there is no room", { backlog: true, look: true }, 0],
  ["more runs than there is room", { backlog: true, look: true }, -3],
])("slots() asks for nothing where %s", (_what, state, free) => {
  expect(laneOf(state).slots(room(free))).toBeNull();
});

test("slots() asks for nothing of a subscription that is not served any more", () => {
  const lane = new Lane(sampleSubscription());
  lane.served = false;
  expect(lane.slots(room(20))).toBeNull();
});

test("replays have three quarters of the slots at most, and one where there is only one", () => {
  const lane = new Lane(sampleSubscription());
  expect(lane.slots(room(20))?.replayed).toBe(15);
  expect(lane.slots(room(1))?.replayed).toBe(1);
  const claimed = sampleClaimed({ delivery: { replay: "rpl_1" } });
  for (let n = 0; n < 15; n += 1) {
    lane.take(1, claimed.event.body.length);
    lane.begin(claimed);
  }
  expect(lane.slots(room(5))).toMatchObject({ deliveries: 5, replayed: 0 });
  lane.end(claimed);
  expect(lane.slots(room(6))).toMatchObject({ deliveries: 6, replayed: 1 });
});

test("fits() lets a body of any size in where nothing runs", () => {
  const lane = new Lane(sampleSubscription());
  expect(lane.fits(5_000, room(1, 1_000))).toBe(true);
  expect(lane.fits(10, room(0, 1_000))).toBe(false);
  lane.take(1, 5_000);
  expect(lane.fits(10, room(1, -4_000))).toBe(false);
  expect(lane.fits(10, room(1, 10))).toBe(true);
});
