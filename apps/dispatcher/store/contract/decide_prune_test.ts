import { type DeliveryState, newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { isPrunable, pruneBorder } from "./decide_prune.ts";

const TIMES = { deliveredBefore: 2_000, deadBefore: 1_000 };
const [OLDEST, OLD, NEW] = [999, 1_999, 2_000].map((now) => newId("evt", { now }));

test.each<[DeliveryState[], boolean, boolean, boolean]>([
  [[], true, true, false],
  [["delivered"], true, true, false],
  [["cancelled", "delivered"], true, true, false],
  [["dead", "delivered"], true, false, false],
  [["waiting", "delivered"], false, false, false],
  [["dead", "running"], false, false, false],
])("an event with deliveries that are %j goes: oldest %j, old %j, new %j", (states, ...goes) => {
  expect([OLDEST, OLD, NEW].map((id) => isPrunable(id ?? "", states, TIMES))).toEqual(goes);
});

test("pruneBorder() is above every event that may go", () => {
  for (const times of [TIMES, { deliveredBefore: 1_000, deadBefore: 2_000 }]) {
    expect((OLD ?? "") < pruneBorder(times)).toBe(true);
    expect((NEW ?? "") < pruneBorder(times)).toBe(false);
  }
});
