import { expect, test } from "@jest/globals";
import { parseDuration } from "./parse_duration.ts";

test.each([
  ["500ms", 500],
  ["90s", 90_000],
  ["5m", 300_000],
  ["1h", 3_600_000],
  ["7d", 604_800_000],
  ["0s", 0],
])("parseDuration(%s) is %d", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(["", "5", "m", "5 m", "-5m", "1.5h", "5M", "5min", "1h30m", "1234567890s", "5m\n"])(
  "parseDuration() refuses %j",
  (text) => {
    expect(parseDuration(text)).toBeNull();
  },
);
