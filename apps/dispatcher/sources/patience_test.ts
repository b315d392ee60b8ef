import { expect, test } from "@jest/globals";
import { outagesOf, patienceOf } from "./patience.ts";

const MINUTE = 60_000;
const NOW = 1_800_000_000_000 - (1_800_000_000_000 % MINUTE);
const HOUR = 60 * MINUTE;

const provider = (automatic: boolean, horizonMs: number | null) => ({
  name: "Acme",
  retries: { automatic, horizonMs, note: "as documented" },
});

test.each([
  ["nothing", [], []],
  ["reports without a gap", [3, 2, 1], []],
  ["a gap", [9, 8, 5, 4, 3, 2, 1], [{ from: NOW - 7 * MINUTE, to: NOW - 5 * MINUTE }]],
  ["reports that ended", [9, 8, 7], [{ from: NOW - 6 * MINUTE, to: null }]],
  ["a last report two buckets ago", [5, 4, 3], []],
  ["reports in any order", [1, 5, 2], [{ from: NOW - 4 * MINUTE, to: NOW - 2 * MINUTE }]],
])("outagesOf() reads from %s", (_what, minutesAgo, outages) => {
  const reported = minutesAgo.map((minutes) => NOW - minutes * MINUTE);
  expect(outagesOf(reported, { bucketMs: MINUTE, now: NOW })).toEqual(outages);
});

test.each([
  ["no outage", provider(true, HOUR), null, null, /comes again by itself/],
  ["no outage, no retries", provider(false, null), null, null, /^After .* does not try again/],
  ["one that goes on", provider(true, HOUR), [10, null], 50, /bring the edge back/],
  ["one that has ended", provider(true, HOUR), [10, 5], 50, /nothing is to be done/],
  ["one without a known end of retries", provider(true, null), [10, 5], null, /nothing is to be/],
  ["one that it has given up", provider(true, HOUR), [90, 80], -30, /^It has given up .* ask Acme/],
  ["one without retries", provider(false, HOUR), [10, 5], null, /^It did not try again/],
  ["one of last week", provider(true, HOUR), [10_080, 10_000], null, /comes again by itself/],
] as const)("patienceOf() says what follows from %s", (_what, acme, minutes, givesUpIn, advice) => {
  const ago = (one: number | null) => (one === null ? null : NOW - one * MINUTE);
  const outage = minutes && { from: NOW - minutes[0] * MINUTE, to: ago(minutes[1]) };
  const found = patienceOf(acme, { outage, now: NOW });
  expect(found.advice).toMatch(advice);
  expect(found.givesUpAt).toBe(givesUpIn === null ? null : NOW + givesUpIn * MINUTE);
  expect(found.retries).toBe(acme.retries.automatic);
});
