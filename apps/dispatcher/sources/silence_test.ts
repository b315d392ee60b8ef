import { randomOfSeed } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { type Down, expectedIn, habitOf, hoursUp, silenceOf, watchedTypes } from "./silence.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** A Monday, midnight UTC. */
const START = Date.UTC(2026, 8, 7);

type Shape = (at: number) => number;
const always: Shape = () => 1;
/** Busy by day, quiet at night. */
const daily: Shape = (at) =>
  new Date(at).getUTCHours() >= 8 && new Date(at).getUTCHours() < 20 ? 1.8 : 0.2;
/** Office hours only. */
const office: Shape = (at) => {
  const day = new Date(at).getUTCDay();
  const hour = new Date(at).getUTCHours();
  return day > 0 && day < 6 && hour >= 8 && hour < 18 ? 3.36 : 0;
};

/** Times of independent events at `perHour` on average. */
function eventsOf(random: () => number, perHour: number, shape: Shape, weeks: number): number[] {
  const { log } = Math;
  const times: number[] = [];
  for (let hour = START; hour < START + weeks * WEEK; hour += HOUR) {
    const everyMs = HOUR / (perHour * shape(hour));
    const gap = () => -log(1 - random()) * everyMs;
    for (let at = hour + gap(); at < hour + HOUR; at += gap()) times.push(at);
  }
  return times;
}

/** How many of them came in each hour since the start. */
function countHours(times: readonly number[]): number[] {
  const counts: number[] = [];
  for (const time of times) {
    const hour = ((time - START) / HOUR) | 0;
    counts[hour] = (counts[hour] ?? 0) + 1;
  }
  return counts;
}

function habitAt(counts: readonly number[], now: number, down: readonly Down[] = []) {
  const to = Math.floor(now / HOUR) * HOUR;
  const from = Math.max(START, to - 8 * WEEK);
  const hours = counts.flatMap((count, hour) => {
    const at = START + hour * HOUR;
    return at >= from && at < to ? { at, count } : [];
  });
  return habitOf(hours, hoursUp({ from, to, down }));
}

/** Four of each pace: 4 a day to 200 an hour, of every shape. */
const SOURCES = [4 / 24, 1, 5, 40, 200].flatMap((perHour) =>
  [always, daily, office, daily].map((shape) => ({ perHour, shape })),
);

/** How often the sources, at these paces, are called silent in eight weeks although they go on. */
function alarmsOf(
  random: () => number,
  paces: readonly { perHour: number; shape: Shape }[],
  watched?: number,
): number {
  let alarms = 0;
  for (const { perHour, shape } of paces) {
    const times = eventsOf(random, perHour, shape, 12);
    const counts = countHours(times);
    const habits = Array.from({ length: 12 }, (_, week) =>
      week < 4 ? null : habitAt(counts, START + week * WEEK),
    );
    for (let index = 0; index + 1 < times.length; index += 1) {
      const lastAt = times[index] ?? 0;
      const now = times[index + 1] ?? 0;
      // No source here is busy enough to miss anything within a minute.
      const habit = now - lastAt > MINUTE ? habits[Math.floor((now - START) / WEEK)] : null;
      if (!habit) continue;
      const options = { lastAt, now, down: [], ...(watched !== undefined && { watched }) };
      if (silenceOf(habit, options) !== null) alarms += 1;
    }
  }
  return alarms;
}

test("silenceOf() tells of twenty sources that go on at most one a month", () => {
  const seeds = Array.from({ length: 8 }, (_, index) => index + 1);
  const alarms = seeds.reduce((sum, seed) => sum + alarmsOf(randomOfSeed(seed), SOURCES), 0);
  const months = (seeds.length * 8 * WEEK) / (30 * DAY);
  expect(alarms / months).toBeLessThanOrEqual(1);
});

test.each([1, 2, 3])("silenceOf() tells of their types hardly ever, seed %i", (seed) => {
  // Three types of each, of which the rarest seldom come; busy ones add nothing but time.
  const types = SOURCES.filter(({ perHour }) => perHour <= 5).flatMap(({ perHour, shape }) =>
    [0.6, 0.3, 0.1].map((share) => ({ perHour: perHour * share, shape })),
  );
  const watched = watchedTypes(3 * SOURCES.length);
  expect(alarmsOf(randomOfSeed(seed), types, watched)).toBeLessThanOrEqual(1);
});

/** How long after its last event a source is told to be silent, in milliseconds. */
function toldAfter(times: readonly number[], end: number): number {
  const before = times.filter((time) => time < end);
  const lastAt = before.at(-1) ?? 0;
  const habit = habitAt(countHours(before), lastAt);
  if (habit === null) throw new Error("no habit");
  for (let now = lastAt; ; now += MINUTE) {
    if (silenceOf(habit, { lastAt, now, down: [] }) !== null) return now - lastAt;
  }
}

test.each(Array.from({ length: 20 }, (_, index) => index + 1))(
  "silenceOf() is told in time, seed %i",
  (seed) => {
    const random = randomOfSeed(seed);
    const end = START + 7.3 * WEEK;
    expect(toldAfter(eventsOf(random, 40, always, 8), end)).toBeLessThanOrEqual(30 * MINUTE);
    expect(toldAfter(eventsOf(random, 4 / 24, always, 8), end)).toBeLessThanOrEqual(2 * DAY);
  },
);

test("silenceOf() does not count the time in which we were down", () => {
  const times = eventsOf(randomOfSeed(7), 40, always, 5);
  const lastAt = times.at(-1) ?? 0;
  const habit = habitAt(countHours(times), lastAt);
  if (habit === null) throw new Error("no habit");
  const now = lastAt + 3 * HOUR;
  const down = [{ from: lastAt, to: now - 5 * MINUTE }];
  expect(silenceOf(habit, { lastAt, now, down: [] })).not.toBeNull();
  expect(silenceOf(habit, { lastAt, now, down })).toBeNull();
  expect(expectedIn(habit, { from: lastAt, to: now, down })).toBeLessThan(6);
});

test("habitOf() of a short history, or of a source that hardly sends, is none", () => {
  const down: Down[] = [];
  expect(habitOf([], hoursUp({ from: START, to: START + 8 * WEEK, down }))).toBeNull();
  const hours = Array.from({ length: 100 }, (_, n) => ({ at: START + n * HOUR, count: 9 }));
  expect(habitOf(hours, hoursUp({ from: START, to: START + WEEK, down }))).toBeNull();
  const outage = [{ from: START, to: START + 7 * WEEK }];
  expect(habitOf(hours, hoursUp({ from: START, to: START + 8 * WEEK, down: outage }))).toBeNull();
});

test("habitOf() of a source that comes in bursts wants more to be missing", () => {
  const hours = Array.from({ length: 8 * 168 }, (_, n) => n).flatMap((n) =>
    n % 5 === 0 ? { at: START + n * HOUR, count: 70 } : [],
  );
  const habit = habitOf(hours, hoursUp({ from: START, to: START + 8 * WEEK, down: [] }));
  expect(habit?.dispersion).toBeGreaterThan(5);
});
