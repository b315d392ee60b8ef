import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { reconnectDelayMs } from "./reconnect_delay_ms.ts";

test.each([
  [0, 0],
  [1, 100],
  [2, 200],
  [3, 400],
  [4, 800],
  [5, 1_000],
  [6, 1_000],
  [Number.MAX_SAFE_INTEGER, 1_000],
])("reconnectDelayMs() after %d failures is at most %d ms", (failures, delayMs) => {
  expect(reconnectDelayMs(failures, { random: () => 1 })).toBe(delayMs);
  expect(reconnectDelayMs(failures, { random: () => 0.5 })).toBe(delayMs / 2);
  expect(reconnectDelayMs(failures, { random: () => 0 })).toBe(0);
});

test("reconnectDelayMs() takes other bounds", () => {
  const options = { baseMs: 250, maxMs: 10_000, random: () => 1 };
  expect([1, 2, 3, 9].map((failures) => reconnectDelayMs(failures, options))).toEqual([
    250, 500, 1_000, 10_000,
  ]);
  expect(reconnectDelayMs(5_000, { ...options, baseMs: 0 })).toBe(0);
});

test.each([
  [1, 50],
  [2, 100],
  [3, 200],
  [4, 400],
  [5, 500],
  [6, 500],
  [10_000, 500],
])("reconnectDelayMs() of the edge after %i failures is at most %i ms", (failures, longest) => {
  const edge = { baseMs: 50, maxMs: 500 };
  expect(reconnectDelayMs(failures, { ...edge, random: () => 0.999_999 })).toBe(longest);
  expect(reconnectDelayMs(failures, { ...edge, random: () => 0.5 })).toBe(longest / 2);
  expect(reconnectDelayMs(failures, { ...edge, random: () => 0 })).toBe(0);
});

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
  "reconnectDelayMs() refuses %d failures",
  (failures) => {
    expect(() => reconnectDelayMs(failures)).toThrow(RangeError);
  },
);

test("reconnectDelayMs() is a whole number within its bound", () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat({ max: 60_000 }),
      fc.nat({ max: 60_000 }),
      (failures, baseMs, maxMs) => {
        const delayMs = reconnectDelayMs(failures, { baseMs, maxMs });
        expect(Number.isInteger(delayMs)).toBe(true);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(maxMs);
      },
    ),
  );
});
