import { expect, test } from "@jest/globals";
import {
  addToSlots,
  FailureBatch,
  failureId,
  failureState,
  failuresToPrune,
  hasReturned,
  isFailureId,
  otherFailures,
  recentFailures,
} from "./decide_failures.ts";
import {
  FAILURE_GROUPS_KEPT_MAX,
  FAILURE_GROUPS_MAX,
  FAILURE_SLOT_MS,
  type FailureMark,
  type FailureSign,
} from "./failures.ts";

const NOW = 1_800_000_000_000;
const DEAD = { state: "dead", reason: "out of retries" } as const;

test("failureId() is the same for the same parts, and different for parts that only look alike", () => {
  expect(failureId(["a", "b"])).toBe(failureId(["a", "b"]));
  expect(failureId(["a", "b"])).not.toBe(failureId(["ab", ""]));
  expect(isFailureId(failureId([]))).toBe(true);
  expect(isFailureId("flr_1")).toBe(false);
});

const EMPTY = { isKnown: () => false, groups: () => 0 };
const ATTEMPT = {
  number: 1,
  startedAt: NOW,
  durationMs: 1,
  outcome: "failed",
  response: null,
} as const;
const MAIL = { subscription: "mail", eventId: "evt_1" };

function outcome(failure: FailureSign | null, deliveryId = "1") {
  return { deliveryId, failure, next: DEAD, attempt: { ...ATTEMPT, error: "x".repeat(900) } };
}

test("FailureBatch.add() sums up by group, with the last delivery as the sample", () => {
  const batch = new FailureBatch(EMPTY);
  const sign = { ...otherFailures("mail"), id: failureId(["1"]) };
  const waiting = { next: { state: "waiting", nextAttemptAt: NOW } as const };
  expect(batch.add(outcome(sign), MAIL)).toBe(sign.id);
  expect(batch.add({ ...outcome(sign, "2"), ...waiting }, MAIL)).toBe(sign.id);
  expect(batch.add(outcome(null, "3"), MAIL)).toBeNull();
  expect(batch.additions).toEqual([
    {
      ...{ sign, subscription: "mail", attempts: 2, dead: 1 },
      sample: { deliveryId: "2", eventId: "evt_1", error: "x".repeat(500) },
    },
  ]);
});

test("FailureBatch.add() counts new groups past the bound of a subscription as others", () => {
  const other = otherFailures("mail");
  const sign = (name: string) => ({ ...other, id: failureId([name]) });
  const groups = (name: string) => (name === "mail" ? FAILURE_GROUPS_MAX - 1 : 0);
  const batch = new FailureBatch({ isKnown: (id) => id === sign("known").id, groups });
  expect(batch.add(outcome(sign("known")), MAIL)).toBe(sign("known").id);
  expect(batch.add(outcome(sign("first")), MAIL)).toBe(sign("first").id);
  expect(batch.add(outcome(sign("second")), MAIL)).toBe(other.id);
  expect(batch.add(outcome(sign("third")), MAIL)).toBe(other.id);
  expect(batch.add(outcome(sign("first")), MAIL)).toBe(sign("first").id);
  expect(batch.add(outcome(sign("fourth")), { ...MAIL, subscription: "crm" })).toBe(
    sign("fourth").id,
  );
});

test("addToSlots() keeps two hours, which recentFailures() shows oldest first", () => {
  let slots = addToSlots({}, 3, NOW);
  slots = addToSlots(slots, 2, NOW + 60_000);
  slots = addToSlots(slots, 7, NOW + 11 * FAILURE_SLOT_MS);
  expect(recentFailures(slots, NOW + 11 * FAILURE_SLOT_MS)).toEqual([
    5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7,
  ]);
  expect(Object.keys(addToSlots(slots, 1, NOW + 12 * FAILURE_SLOT_MS))).toHaveLength(2);
  expect(recentFailures(slots, NOW + 40 * FAILURE_SLOT_MS)).toEqual(Array(12).fill(0));
});

const mark = (state: FailureMark["state"]): FailureMark => ({
  state,
  at: NOW,
  by: "ana",
  reason: "",
});

test.each([
  ["nobody has marked", null, NOW, "open", false],
  [
    "is acknowledged stays so when it fails again",
    mark("acknowledged"),
    NOW + 1,
    "acknowledged",
    false,
  ],
  ["is resolved", mark("resolved"), NOW, "resolved", false],
  ["was resolved and failed again is open", mark("resolved"), NOW + 1, "open", true],
] as const)("failureState() of one that %s", (_what, given, lastAt, state, returned) => {
  const group = { mark: given, lastAt, attempts: 1 };
  expect(failureState(group)).toBe(state);
  expect(hasReturned(group)).toBe(returned);
});

test("hasReturned() counts failures where the clock was set back since the mark", () => {
  const resolved = { ...mark("resolved"), attempts: 3 };
  const group = { mark: resolved, lastAt: resolved.at - 3_600_000 };
  expect(hasReturned({ ...group, attempts: 3 })).toBe(false);
  expect(hasReturned({ ...group, attempts: 4 })).toBe(true);
});

test("failuresToPrune() names old groups, and those past the bound", () => {
  const groups = Array.from({ length: FAILURE_GROUPS_KEPT_MAX + 2 }, (_, n) => ({
    id: `${n}`,
    lastAt: NOW - n,
  }));
  const failedBefore = NOW - 10_000;
  expect(failuresToPrune(groups, { failedBefore })).toEqual(["2000", "2001"]);
  const old = { id: "old", lastAt: failedBefore - 1 };
  expect(failuresToPrune([old, { id: "young", lastAt: NOW }], { failedBefore })).toEqual(["old"]);
});
