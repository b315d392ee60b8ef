import type { DeliveryState, ReplayState } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { newReplay } from "../suite/fixtures.ts";
import { afterStep, canRepeat, decideReplayState, takesStep } from "./decide_replay.ts";
import type { ReplayStep } from "./replays.ts";

const STEP: ReplayStep = { from: null, to: "evt_1", seen: 5, deliveries: [], done: false };

test.each<[ReplayState, ReplayState, ReplayState, number | null]>([
  ["running", "paused", "paused", null],
  ["paused", "running", "running", null],
  ["running", "cancelled", "cancelled", 9],
  ["paused", "cancelled", "cancelled", 9],
  ["running", "done", "done", 9],
  ["cancelled", "running", "cancelled", 3],
  ["done", "cancelled", "done", 3],
])("a replay that is %s and is set to %s is %s", (before, state, after, endedAt) => {
  const ended = before === "cancelled" || before === "done" ? 3 : null;
  const replay = newReplay({ state: before, endedAt: ended });
  const expected = { ...replay, state: after, endedAt };
  expect(decideReplayState(replay, { state, now: 9 })).toEqual(expected);
});

test.each<[ReplayState, string | null, boolean]>([
  ["running", null, true],
  ["running", "evt_0", false],
  ["paused", null, false],
  ["cancelled", null, false],
  ["done", null, false],
])("a replay that is %s at cursor %j takes the step from null: %j", (state, cursor, expected) => {
  expect(takesStep(newReplay({ state, cursor }), STEP)).toBe(expected);
});

test("afterStep() adds up, moves the cursor, and ends a replay with nothing left", () => {
  const replay = newReplay({ seen: 10, made: 1 });
  const after = { ...replay, cursor: "evt_1", seen: 15, made: 4 };
  expect(afterStep(replay, STEP, { made: 3, now: 9 })).toEqual(after);
  expect(afterStep(replay, { ...STEP, done: true }, { made: 3, now: 9 })).toEqual({
    ...after,
    state: "done",
    endedAt: 9,
  });
});

test.each<[string | null, DeliveryState | null, boolean]>([
  ["dlv_1", "delivered", true],
  ["dlv_1", "dead", true],
  ["dlv_1", "cancelled", true],
  ["dlv_1", "waiting", false],
  ["dlv_1", "running", false],
  ["dlv_0", "dead", false],
  [null, "dead", false],
  ["dlv_1", null, false],
  [null, null, true],
])(
  "what repeats %j can be made after a latest dlv_1 that is %j: %j",
  (replayOf, state, expected) => {
    expect(canRepeat(state && { id: "dlv_1", state }, replayOf)).toBe(expected);
  },
);
