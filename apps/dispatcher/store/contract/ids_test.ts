import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { eventIdAt, eventIdRange, isId } from "./ids.ts";

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

test("eventIdAt() is never an id, and past the largest time it is above all ids", () => {
  expect(isId(eventIdAt(NOON), "evt")).toBe(false);
  expect(isId(eventIdAt(Number.POSITIVE_INFINITY), "evt")).toBe(false);
  expect(eventIdAt(Number.POSITIVE_INFINITY) > `evt_${"f".repeat(32)}`).toBe(true);
});

const [EARLY, LATE] = [newId("evt", { now: NOON - 1_000 }), newId("evt", { now: NOON + 1_000 })];

test.each([
  [{}, null, null],
  [{ from: NOON }, eventIdAt(NOON), null],
  [{ to: NOON }, null, eventIdAt(NOON)],
  [{ cursor: LATE }, null, LATE],
  [{ cursor: LATE, oldestFirst: true }, LATE, null],
  [{ from: NOON, cursor: LATE }, eventIdAt(NOON), LATE],
  [{ from: NOON, cursor: LATE, oldestFirst: true }, LATE, null],
  [{ from: NOON, cursor: EARLY, oldestFirst: true }, eventIdAt(NOON), null],
  [{ to: NOON, cursor: LATE }, null, eventIdAt(NOON)],
  [{ to: NOON, cursor: EARLY }, null, EARLY],
  [{ to: NOON, cursor: EARLY, oldestFirst: true }, EARLY, eventIdAt(NOON)],
])("eventIdRange(%j) is after %s and before %s", (query, after, before) => {
  expect(eventIdRange(query)).toEqual({ after, before });
});

test.each([
  [newId("evt"), true],
  [newId("dlv"), false],
  ["evt_1", false],
  ["", false],
  [newId("evt").toUpperCase(), false],
  [`${newId("evt")}0`, false],
  [newId("evt").replace("_", "-"), false],
])("isId(%j) of an event: %j", (id, expected) => {
  expect(isId(id, "evt")).toBe(expected);
});
