import { expect, test } from "@jest/globals";
import { keptLog } from "../suite/kept_log.ts";
import { ClockWatch } from "./clock_watch.ts";

function start() {
  const time = { now: 0 };
  const { log, lines } = keptLog();
  return { watch: new ClockWatch({ log, monotonic: () => time.now }), time, lines };
}

/** What `suspect` returns for each, one after the other. */
function suspect(watch: ClockWatch, given: readonly [source: string, skewSeconds: number][]) {
  return given.map(([source, skewSeconds]) => watch.suspect(source, skewSeconds));
}

test("ClockWatch blames our clock once five requests of two sources are off by about the same", () => {
  const { watch, lines } = start();
  const given: [string, number][] = [
    ["a", 3_600],
    ["a", 3_601],
    ["b", 3_605],
    ["a", 3_600],
    ["b", 3_620],
  ];
  expect(suspect(watch, given)).toEqual([false, false, false, false, true]);
  const problem = "the clock seems to be 3600 s ahead, judging by requests of several sources";
  expect(watch.problem).toBe(problem);
  expect(lines).toMatchObject([{ level: "error", skewSeconds: 3_620 }]);
});

test.each<[string, [string, number][]]>([
  ["one source alone", Array(20).fill(["a", 3_600])],
  ["all by another time", [..."ababababab"].map((source, index) => [source, 400 + index * 31])],
  [
    "stale and from the future",
    [..."aabbab"].map((source, index) => [source, index % 2 ? 400 : -400]),
  ],
  ["too few", [..."abab"].map((source) => [source, 400])],
])("ClockWatch blames the senders: %s", (_, given) => {
  const { watch } = start();
  expect(suspect(watch, given)).not.toContain(true);
  expect(watch.problem).toBeNull();
});

test("ClockWatch reports that the clock is behind if requests come from the future", () => {
  const { watch } = start();
  suspect(
    watch,
    [..."ababa"].map((source) => [source, -900]),
  );
  expect(watch.problem).toBe(
    "the clock seems to be 900 s behind, judging by requests of several sources",
  );
});

test("ClockWatch still blames a sender that is off by another time", () => {
  const { watch } = start();
  suspect(
    watch,
    [..."ababa"].map((source) => [source, 900]),
  );
  expect(watch.suspect("c", 5_000)).toBe(false);
  expect(watch.suspect("c", 905)).toBe(true);
});

test("ClockWatch forgets after a minute", () => {
  const { watch, time } = start();
  suspect(
    watch,
    [..."abab"].map((source) => [source, 900]),
  );
  time.now = 60_001;
  expect(watch.suspect("a", 900)).toBe(false);
  suspect(
    watch,
    [..."abab"].map((source) => [source, 900]),
  );
  expect(watch.problem).not.toBeNull();
  time.now += 60_001;
  expect(watch.problem).toBeNull();
});

test("ClockWatch recognises an offset that it has found before, for a quarter of an hour", () => {
  const { watch, time } = start();
  suspect(
    watch,
    [..."ababa"].map((source) => [source, 900]),
  );
  time.now = 14 * 60_000;
  expect(watch.suspect("a", 905)).toBe(true);
  expect(watch.suspect("a", 2_000)).toBe(false);
  time.now += 15 * 60_000 + 1;
  expect(watch.suspect("a", 900)).toBe(false);
  suspect(
    watch,
    [..."babab"].map((source) => [source, 900]),
  );
  time.now += 61_000;
  watch.trust(0);
  expect(watch.suspect("a", 900)).toBe(false);
});

test("ClockWatch believes a request whose time is right, and not old ones that are replayed", () => {
  const { watch } = start();
  suspect(
    watch,
    [..."abab"].map((source) => [source, 900]),
  );
  watch.trust(1);
  expect(watch.suspect("a", 900)).toBe(false);
  suspect(
    watch,
    [..."abab"].map((source) => [source, 900]),
  );
  expect(watch.problem).not.toBeNull();
  watch.trust(0);
  expect(watch.problem).toBeNull();
});

test("ClockWatch finds an offset that only strict sources notice", () => {
  const { watch } = start();
  suspect(
    watch,
    [..."abab"].map((source) => [source, 8]),
  );
  // A source with more tolerance shows the same offset.
  watch.trust(7);
  expect(watch.suspect("a", 9)).toBe(true);
});

test("ClockWatch bounds what it remembers of a flood", () => {
  const { watch } = start();
  for (let round = 0; round < 5_000; round += 1) watch.suspect("a", round * 100);
  expect(
    suspect(
      watch,
      [..."babab"].map((source) => [source, 7]),
    ).at(-1),
  ).toBe(true);
});

test("ClockWatch learns nothing from an accepted request that is old", () => {
  const { watch } = start();
  suspect(
    watch,
    [..."abab"].map((source) => [source, 900]),
  );
  // A retry of yesterday, one within a tolerance of five minutes, and one from the future.
  for (const skewSeconds of [86_400, 290, -290]) watch.trust(skewSeconds);
  expect(watch.suspect("a", 900)).toBe(true);
  for (const skewSeconds of [86_400, 290, -290]) watch.trust(skewSeconds);
  expect(watch.problem).not.toBeNull();
  expect(watch.suspect("b", 900)).toBe(true);
  watch.trust(30);
  expect(watch.problem).toBeNull();
});
