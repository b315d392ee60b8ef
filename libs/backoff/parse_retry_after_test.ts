import { anyText } from "@hookgate/testing/any_text";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseRetryAfter, RETRY_AFTER_MS_MAX } from "./parse_retry_after.ts";

/** Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110. */
const DATE_MS = 784_111_777_000;

test.each([
  ["0", 0],
  ["1", 1_000],
  ["120", 120_000],
  ["007", 7_000],
  [" 5 ", 5_000],
  ["86400", RETRY_AFTER_MS_MAX],
  ["86401", RETRY_AFTER_MS_MAX],
  ["9".repeat(64), RETRY_AFTER_MS_MAX],
])("parseRetryAfter() reads %p as seconds", (value, delayMs) => {
  expect(parseRetryAfter(value, DATE_MS)).toBe(delayMs);
});

test.each([
  ["IMF-fixdate", "Sun, 06 Nov 1994 08:49:37 GMT"],
  ["RFC 850", "Sunday, 06-Nov-94 08:49:37 GMT"],
  ["asctime", "Sun Nov  6 08:49:37 1994"],
])("parseRetryAfter() reads a date in the form of %s", (_, value) => {
  expect(parseRetryAfter(value, DATE_MS)).toBe(0);
  expect(parseRetryAfter(value, DATE_MS - 1_500)).toBe(1_500);
  expect(parseRetryAfter(value, DATE_MS + 1_500)).toBe(0);
  expect(parseRetryAfter(value, DATE_MS - 2 * RETRY_AFTER_MS_MAX)).toBe(RETRY_AFTER_MS_MAX);
});

test("parseRetryAfter() reads a two-digit day of asctime", () => {
  expect(parseRetryAfter("Wed Nov 16 08:49:37 1994", Date.UTC(1994, 10, 16, 8, 49, 30))).toBe(
    7_000,
  );
});

test("parseRetryAfter() reads a leap second", () => {
  expect(parseRetryAfter("Sat, 31 Dec 2016 23:59:60 GMT", Date.UTC(2016, 11, 31, 23, 59, 59))).toBe(
    1_000,
  );
});

test.each([
  ["this century", "Monday, 02-Mar-26 00:00:10 GMT", 10_000],
  ["the next, within 50 years", "Monday, 02-Mar-76 00:00:00 GMT", RETRY_AFTER_MS_MAX],
  ["the last, past 50 years", "Monday, 02-Mar-77 00:00:00 GMT", 0],
])("parseRetryAfter() takes a two-digit year for %s", (_, value, delayMs) => {
  expect(parseRetryAfter(value, Date.UTC(2026, 2, 2))).toBe(delayMs);
});

test.each([
  "",
  " ",
  "soon",
  "-1",
  "+1",
  "1.5",
  "1e3",
  "0x10",
  "10s",
  "Infinity",
  "NaN",
  "1, 2",
  "٣",
  "2026-03-02T00:00:00Z",
  "Sun, 06 Nov 1994 08:49:37 UTC",
  "Sun, 06 Nov 1994 08:49:37 +0000",
  "Sun, 6 Nov 1994 08:49:37 GMT",
  "sun, 06 nov 1994 08:49:37 gmt",
  "Sun, 06 Nov 1994 24:00:00 GMT",
  "Sun, 06 Nov 1994 08:60:00 GMT",
  "Sun, 06 Nov 1994 08:49:61 GMT",
  "Sun, 31 Feb 1994 08:49:37 GMT",
  "Sun, 00 Nov 1994 08:49:37 GMT",
  "Sun, 06 Nov 0094 08:49:37 GMT",
  "Sun, 06 Nov 1994 08:49:37 GMT, 5",
  "9".repeat(65),
  `${" ".repeat(64)}5`,
])("parseRetryAfter() cannot read %p", (value) => {
  expect(parseRetryAfter(value, DATE_MS)).toBeNull();
});

test("parseRetryAfter() never throws and keeps its bounds for any text", () => {
  const digits = fc.nat().map(String);
  const value = fc.oneof(fc.string(), anyText(), digits);
  fc.assert(
    fc.property(value, fc.nat({ max: 2 ** 31 - 1 }), (text, seconds) => {
      const delayMs = parseRetryAfter(text, seconds * 1_000) ?? 0;
      expect(delayMs).toBeGreaterThanOrEqual(0);
      expect(delayMs).toBeLessThanOrEqual(RETRY_AFTER_MS_MAX);
    }),
  );
});

test("parseRetryAfter() reads back what Date writes", () => {
  const second = fc.nat({ max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(second, fc.nat({ max: 86_400 }), (now, wait) => {
      const value = new Date((now + wait) * 1_000).toUTCString();
      expect(parseRetryAfter(value, now * 1_000)).toBe(wait * 1_000);
    }),
  );
});
