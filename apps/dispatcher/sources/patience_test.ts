import { expect, test } from "@jest/globals";
import { joinOutages, outagesOf, patienceOf } from "./patience.ts";

const MINUTE = 60_000;
const NOW = 1_800_000_000_000 - (1_800_000_000_000 % MINUTE);
const HOUR = 60 * MINUTE;

const provider = (automatic: boolean | null, horizonMs: number | null, more = {}) => ({
  name: "Acme",
  retries: { automatic, horizonMs, note: "as documented", ...more },
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

test.each<[string, number[][], number[][], number[], number[][]]>([
  [
    "one of hours before one of minutes",
    [[1, 5]],
    [[9, 11]],
    [7],
    [
      [1, 5],
      [9, 11],
    ],
  ],
  ["the same", [[1, 5]], [[0, 6]], [6], [[0, 6]]],
  ["one that minutes saw the end of", [[1, 5]], [[3, 6]], [6], [[1, 6]]],
  ["one that has ended since", [[1]], [], [7, 8], [[1, 7]]],
  ["one that goes on", [[1]], [], [], [[1]]],
  ["one that begins again", [[1, 5]], [[5]], [4], [[1]]],
])("joinOutages() joins %s", (_, hours, minutes, reported, expected) => {
  const outages = (of: number[][]) => of.map(([from = 0, to = null]) => ({ from, to }));
  expect(joinOutages(outages(hours), outages(minutes), reported)).toEqual(outages(expected));
});

const KNOWN = { waitsMs: [MINUTE, 10 * MINUTE, 30 * MINUTE], givesUpAfterMs: 41 * MINUTE };
const OFF = { switchesOff: { afterMs: HOUR, how: "removed" } };

/** Times in minutes from now. */
test.each([
  ["no outage", provider(true, HOUR), null, {}, /comes again by itself/],
  ["no outage, no retries", provider(false, null), null, {}, /^After .* does not try again/],
  [
    "no outage, unknown retries",
    provider(null, null),
    null,
    {},
    /^Whether .* not documented: after/,
  ],
  ["one that goes on", provider(true, HOUR), [10, null], { up: 50 }, /bring the edge back/],
  ["one that has ended", provider(true, HOUR), [10, 5], { up: 50 }, /nothing is to be done/],
  ["one without a known end of retries", provider(true, null), [10, 5], {}, /nothing is to be/],
  [
    "one that it has given up",
    provider(true, HOUR),
    [90, 20],
    { up: -30 },
    /^It has given up .* ask Acme/,
  ],
  [
    "one that it had time for",
    provider(true, HOUR),
    [90, 80],
    { up: -30 },
    /nothing is to be done/,
  ],
  ["one without retries", provider(false, HOUR), [10, 5], {}, /^Ask Acme for/],
  [
    "one with unknown retries",
    provider(null, HOUR),
    [10, 5],
    {},
    /^Whether .* not documented: ask/,
  ],
  ["one of last week", provider(true, HOUR), [10_080, 10_000], {}, /comes again by itself/],
  [
    "one that goes on, before a retry",
    provider(true, HOUR, KNOWN),
    [5, null],
    { next: 6, up: 36 },
    /bring the edge/,
  ],
  [
    "one that has ended, before a retry",
    provider(true, HOUR, KNOWN),
    [5, 2],
    { next: 6, up: 36 },
    /not all come again yet/,
  ],
  [
    "one that has ended, after a retry",
    provider(true, HOUR, KNOWN),
    [20, 12],
    { up: 21 },
    /nothing is to be done/,
  ],
  [
    "one that outlasted all retries",
    provider(true, HOUR, KNOWN),
    [60, 10],
    { up: -19 },
    /^It has given up/,
  ],
  [
    "one that goes on past all retries",
    provider(true, HOUR, KNOWN),
    [50, null],
    { up: -9 },
    /^It has given up/,
  ],
  [
    "one that is not too long yet",
    provider(true, null, OFF),
    [10, null],
    { off: 50 },
    /bring the edge back\.$/,
  ],
  [
    "one that was too long",
    provider(true, null, OFF),
    [90, 10],
    { off: -30 },
    /Acme may have stopped: it removes/,
  ],
  ["one that was short", provider(true, null, OFF), [90, 80], {}, /nothing is to be done\.$/],
  [
    "one, of a provider that counts failures",
    provider(false, null, { switchesOff: { failures: 4, how: "paused" } }),
    [10, 5],
    {},
    /Acme pauses the webhook for a while after 4 failures in a row: see whether it did\.$/,
  ],
] as const)("patienceOf() says what follows from %s", (_what, acme, minutes, expected, advice) => {
  const ago = (one: number | null) => (one === null ? null : NOW - one * MINUTE);
  const outage = minutes && { from: NOW - minutes[0] * MINUTE, to: ago(minutes[1]) };
  const found = patienceOf(acme as Parameters<typeof patienceOf>[0], { outage, now: NOW });
  expect(found.advice).toMatch(advice);
  const { next, up, off } = expected as { next?: number; up?: number; off?: number };
  const at = (one: number | undefined) => (one === undefined ? null : NOW + one * MINUTE);
  expect(found).toMatchObject({ nextRetryAt: at(next), givesUpAt: at(up), switchesOffAt: at(off) });
  expect(found.retries).toBe(acme.retries.automatic);
});
