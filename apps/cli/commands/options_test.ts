import { expect, test } from "@jest/globals";
import { parseDuration, parsePastTime } from "./options.ts";

const NOW = Date.parse("2026-03-04T05:06:07.008Z");

test.each([
  ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"],
  ["2026-01-02T03:04Z", "2026-01-02T03:04:00.000Z"],
  ["2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05.000Z"],
  ["2026-01-02", "2026-01-02T00:00:00.000Z"],
  ["2024-02-29", "2024-02-29T00:00:00.000Z"],
  ["2h", "2026-03-04T03:06:07.008Z"],
  ["0s", "2026-03-04T05:06:07.008Z"],
  ["999999999d", "1970-01-01T00:00:00.000Z"],
])("parsePastTime(%s) is %s", (text, time) => {
  expect(new Date(parsePastTime(text, NOW) ?? Number.NaN).toISOString()).toBe(time);
});

test.each([
  "",
  "yesterday",
  "2026",
  "1767315845000",
  "2026-01-02 03:04:05Z",
  "2026-01-02T03:04:05",
  "2026-02-30",
  "2026-02-30T00:00:00Z",
  "2026-13-01",
  "2026-01-02T25:00Z",
  "1969-12-31",
  "-2h",
  "2 h",
])("parsePastTime() refuses %j", (text) => {
  expect(parsePastTime(text, NOW)).toBeNull();
});

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
