import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { eventIdAt } from "./event_id_at.ts";

const NOON = Date.UTC(2026, 0, 15, 12);

test.each([
  [NOON, NOON, true],
  [NOON, NOON + 1, false],
  [NOON, NOON - 1, true],
  [NOON, NOON + 0.5, false],
  [NOON, NOON - 0.5, true],
  [0, 0, true],
  [0, -1, true],
  [0, Number.NEGATIVE_INFINITY, true],
  [2 ** 48 - 1, 2 ** 48 - 1, true],
  [2 ** 48 - 1, 2 ** 48, false],
  [2 ** 48 - 1, Number.POSITIVE_INFINITY, false],
])("the id of an event of %d is not below eventIdAt(%d): %j", (now, ms, expected) => {
  expect(newId("evt", { now }) >= eventIdAt(ms)).toBe(expected);
});
