import { expect, test } from "@jest/globals";
import { formatAge, formatDeliveries, formatEvents, formatSpan } from "./format.ts";

test.each([
  [0, "0 ms"],
  [0.04, "0 ms"],
  [1.58, "1.5 ms"],
  [12.9, "12 ms"],
  [999.99, "999 ms"],
  [1_000, "1 s"],
  [1_550, "1.5 s"],
  [59_999, "59.9 s"],
  [300_000, "5 min"],
  [5_400_000, "1.5 h"],
  [604_800_000, "7 d"],
])("formatSpan(%d) is %s", (ms, text) => {
  expect(formatSpan(ms)).toBe(text);
});

test.each([
  [-5_000, "0s"],
  [0, "0s"],
  [59_999, "59s"],
  [60_000, "1m"],
  [3_599_999, "59m"],
  [3_600_000, "1h"],
  [86_399_999, "23h"],
  [86_400_000, "1d"],
  [40 * 86_400_000, "40d"],
])("formatAge(%d) is %s", (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});

test("formatEvents() and formatDeliveries() have one of one", () => {
  expect([0, 1, 1_234].map((count) => formatEvents(count))).toEqual([
    "0 events",
    "1 event",
    "1,234 events",
  ]);
  expect(formatEvents(1, "+")).toBe("1+ events");
  expect(formatDeliveries(1)).toBe("1 delivery");
});
