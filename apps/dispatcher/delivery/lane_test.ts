import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { sampleClaimed, sampleSubscription } from "../suite/sample_claimed.ts";
import { type Expectation, Lane, type LaneClaim, type Reservation } from "./lane.ts";

const room = (deliveries: number, bytes = 1_000) => ({ deliveries, bytes });

/** A lane that expects this much. */
function laneOf(expects: Expectation): Lane {
  const lane = new Lane(sampleSubscription(), () => {});
  lane.claim(room(1))?.answer([]);
  lane.expect(expects);
  return lane;
}

/** What a claim may fill, without one being made. */
function slotsOf(lane: Lane, free: number) {
  using claim = lane.claim(room(free));
  return claim?.slots ?? null;
}

test.each<[string, Expectation, number, number]>([
  ["a backlog asks for all", "backlog", 20, 20],
  ["a look asks for half", "maybe", 20, 10],
  ["a look asks for the last one", "maybe", 1, 1],
])("claim(): %s", (_what, expects, free, deliveries) => {
  expect(slotsOf(laneOf(expects), free)?.deliveries).toBe(deliveries);
});

test.each<[string, Expectation, number]>([
  ["nothing is expected", "nothing", 20],
  ["there is no room", "backlog", 0],
  ["more runs than there is room", "backlog", -3],
])("claim() is null if %s", (_what, expects, free) => {
  expect(slotsOf(laneOf(expects), free)).toBeNull();
});

test("claim() is null for a subscription that is not served any more, and while a claim is under way", () => {
  const lane = laneOf("backlog");
  const claim = lane.claim(room(20));
  lane.expect("backlog");
  expect(lane.claim(room(20))).toBeNull();
  claim?.[Symbol.dispose]();
  lane.served = false;
  expect(lane.claim(room(20))).toBeNull();
});

test("replays have three quarters of the slots at most, and one where there is only one", () => {
  const lane = laneOf("backlog");
  expect(slotsOf(lane, 20)?.replayed).toBe(15);
  expect(slotsOf(lane, 1)?.replayed).toBe(1);
  const replayed = Array.from({ length: 15 }, () =>
    sampleClaimed({ delivery: { replay: "rpl_1" } }),
  );
  const running = lane.claim(room(20))?.answer(replayed);
  lane.expect("backlog");
  expect(slotsOf(lane, 5)).toMatchObject({ deliveries: 5, replayed: 0 });
  running?.[0]?.[Symbol.dispose]();
  expect(slotsOf(lane, 6)).toMatchObject({ deliveries: 6, replayed: 1 });
});

test("reserve() lets a body of any size in where nothing runs", () => {
  expect(laneOf("nothing").reserve(5_000, room(1, 1_000))).not.toBeNull();
  expect(laneOf("nothing").reserve(10, room(0, 1_000))).toBeNull();
  const lane = laneOf("nothing");
  lane.reserve(5_000, room(1));
  expect(lane.bytes).toBe(5_000);
  expect(lane.reserve(10, room(1, -4_000))).toBeNull();
  expect(lane.reserve(10, room(1, 10))).not.toBeNull();
});

test.each<[string, Expectation, number, boolean, Expectation]>([
  // found of 4 slots
  ["all live", "backlog", 4, false, "backlog"],
  ["some", "backlog", 3, false, "maybe"],
  ["some, and as many as a claim may", "maybe", 3, true, "backlog"],
  ["none", "backlog", 0, false, "nothing"],
  ["none, but others as many as a claim may", "backlog", 0, true, "nothing"],
])("a claim that found %s: expects what follows from it", (_what, expects, found, cut, then) => {
  const lane = laneOf(expects);
  const claimed = Array.from({ length: found }, () => sampleClaimed());
  lane.claim(room(4))?.answer(claimed, { cut });
  expect(lane.expects).toBe(then);
});

test("what is announced while a claim is under way outlives its answer, and fresh events wait meanwhile", () => {
  const lane = laneOf("maybe");
  const claim = lane.claim(room(4));
  expect(lane.reserve(10, room(2))).not.toBeNull();
  lane.expect("backlog");
  expect(lane.reserve(10, room(2))).toBeNull();
  claim?.answer([]);
  expect(lane.expects).toBe("backlog");
  const second = lane.claim(room(4));
  expect(lane.expects).toBe("nothing");
  expect(lane.reserve(10, room(2))).toBeNull();
  second?.[Symbol.dispose]();
  expect(lane.expects).toBe("backlog");
});

test("a reservation and a claim are disposed of once, however often they are", () => {
  let freed = 0;
  const lane = new Lane(sampleSubscription(), () => {
    freed += 1;
  });
  const [first, second] = lane.claim(room(2))?.answer([sampleClaimed(), sampleClaimed()]) ?? [];
  for (let n = 0; n < 3; n += 1) first?.[Symbol.dispose]();
  expect([freed, lane.deliveries, lane.bytes]).toEqual([1, 1, second?.bytes]);
  const old = lane.claim(room(1));
  old?.[Symbol.dispose]();
  const current = lane.claim(room(1));
  old?.[Symbol.dispose]();
  expect(lane.deliveries).toBe(1 + (current?.slots.deliveries ?? 0));
  current?.answer([]);
  expect(() => current?.answer([])).toThrow("Cannot answer a claim: it is over");
});

/** What a lane goes through, as numbers that choose among what is possible then. */
type Step =
  | { kind: "reserve"; bytes: number }
  | { kind: "claim" }
  | { kind: "answer"; live: number; replayed: number }
  | { kind: "fail" }
  | { kind: "lend" | "hold" | "dispose"; pick: number }
  | { kind: "expect"; what: Expectation }
  | { kind: "serve"; served: boolean };

const STEP: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("reserve" as const), bytes: fc.nat(600) }),
  fc.record({ kind: fc.constant("claim" as const) }),
  fc.record({ kind: fc.constant("answer" as const), live: fc.nat(8), replayed: fc.nat(8) }),
  fc.record({ kind: fc.constant("fail" as const) }),
  fc.record({
    kind: fc.constantFrom<"lend" | "hold" | "dispose">("lend", "hold", "dispose"),
    pick: fc.nat(100),
  }),
  fc.record({
    kind: fc.constant("expect" as const),
    what: fc.constantFrom<Expectation>("maybe", "backlog"),
  }),
  fc.record({ kind: fc.constant("serve" as const), served: fc.boolean() }),
);

test("no sequence of steps takes more slots than there are, or leaks one", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.array(STEP, { maxLength: 60 }),
      (concurrency, steps) => {
        const lane = new Lane(sampleSubscription({ concurrency }), () => {});
        const roomOf = () => room(concurrency - lane.deliveries, 1_000 - lane.bytes);
        const held: Reservation[] = [];
        const lent = new Set<Reservation>();
        const over: (Reservation | LaneClaim)[] = [];
        let claim: LaneClaim | null = null;
        for (const step of steps) {
          switch (step.kind) {
            case "reserve": {
              const reserved = lane.reserve(step.bytes, roomOf());
              if (reserved) held.push(reserved);
              break;
            }
            case "claim":
              claim ??= lane.claim(roomOf());
              break;
            case "answer": {
              if (!claim) break;
              const { deliveries, replayed } = claim.slots;
              const ofReplays = Math.min(step.replayed, replayed);
              const live = Math.min(step.live, deliveries - ofReplays);
              const found = Array.from({ length: live + ofReplays }, (_, n) =>
                sampleClaimed({ delivery: { replay: n < ofReplays ? "rpl_1" : null } }),
              );
              held.push(...claim.answer(found));
              over.push(claim);
              claim = null;
              break;
            }
            case "fail":
              claim?.[Symbol.dispose]();
              if (claim) over.push(claim);
              claim = null;
              break;
            case "dispose": {
              const [one] = held.splice(step.pick % Math.max(1, held.length), 1);
              one?.[Symbol.dispose]();
              if (one) over.push(one);
              if (one) lent.delete(one);
              break;
            }
            case "lend":
            case "hold": {
              const one = held[step.pick % Math.max(1, held.length)];
              if (!one) break;
              one[step.kind]();
              if (step.kind === "lend") lent.add(one);
              else lent.delete(one);
              break;
            }
            case "expect":
              lane.expect(step.what);
              break;
            case "serve":
              lane.served = step.served;
              break;
          }
          // Whatever is over stays over.
          for (const one of over) one[Symbol.dispose]();
          const claimed = claim?.slots.deliveries ?? 0;
          const taken = held.length - Math.min(lent.size, concurrency) + claimed;
          expect(lane.deliveries).toBe(taken);
          // Only what was lent and is held again may exceed it, and then nothing begins.
          expect(held.length + claimed).toBeLessThanOrEqual(2 * concurrency);
          expect(new Set(lane.living)).toEqual(new Set(held));
          const bytes = held.reduce((sum, one) => sum + one.bytes, 0);
          expect(lane.bytes).toBe(bytes);
          const replayed = held.filter((one) => one.replayed).length;
          expect(replayed).toBeLessThanOrEqual(Math.max(1, Math.floor(concurrency * 0.75)));
        }
        claim?.[Symbol.dispose]();
        for (const one of held) one[Symbol.dispose]();
        expect([lane.deliveries, lane.bytes, lane.living.size]).toEqual([0, 0, 0]);
      },
    ),
    { numRuns: 500 },
  );
});

test("a slot is lent until its reservation is disposed of, and once", () => {
  let freed = 0;
  const lane = new Lane(sampleSubscription(), () => {
    freed += 1;
  });
  const roomOf = () => room(2 - lane.deliveries);
  const [first, second] = lane.claim(roomOf())?.answer([sampleClaimed(), sampleClaimed()]) ?? [];
  expect(lane.claim(roomOf())).toBeNull();
  first?.lend();
  expect([freed, lane.deliveries, lane.living.size]).toEqual([1, 1, 2]);
  const [third] = lane.claim(roomOf())?.answer([sampleClaimed()]) ?? [];
  expect([lane.deliveries, lane.living.size]).toEqual([2, 3]);
  for (const one of [second, third]) one?.lend();
  // Three are lent, and there are two slots.
  expect([lane.deliveries, lane.living.size]).toEqual([1, 3]);
  first?.[Symbol.dispose]();
  expect(lane.deliveries).toBe(0);
  second?.hold();
  expect(lane.deliveries).toBe(1);
  for (const one of [first, second, third]) one?.[Symbol.dispose]();
  first?.lend();
  expect([lane.deliveries, lane.living.size, lane.idle]).toEqual([0, 0, true]);
});
