import { expect, test } from "@jest/globals";
import { noCounts, REST } from "../store/contract/buckets.ts";
import type { BucketQuery, BucketSum } from "../store/contract/metrics.ts";
import { readSeries, windowOf } from "./metric_series.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Ten minutes past an hour. */
const NOW = Date.UTC(2026, 11, 1, 0, 10) + 5;

/** A store that has one event in each bucket, from `source` a to c in turn, and the queries that it was asked. */
function storeOf() {
  const queries: BucketQuery[] = [];
  return {
    queries,
    now: () => NOW,
    async readBuckets(query: BucketQuery): Promise<BucketSum[]> {
      queries.push(query);
      const bucketMs = query.level === "minute" ? MINUTE : HOUR;
      const sums = new Map<string, BucketSum>();
      for (let at = query.from; at < Math.min(query.to, NOW); at += bucketMs) {
        const name = query.by === null ? "" : ("aab"[(at / bucketMs) % 3] ?? "");
        const step = query.from + Math.floor((at - query.from) / query.stepMs) * query.stepMs;
        const sum = sums.get(`${step} ${name}`) ?? { at: step, name, counts: noCounts() };
        sums.set(`${step} ${name}`, sum);
        if (query.of === "events") sum.counts.received += 1;
        else sum.counts.requests += 1;
      }
      return [...sums.values()];
    },
  };
}

test.each([
  [{ windowMs: 5 * MINUTE, stepMs: 0 }, "minute", MINUTE, 6],
  [{ windowMs: HOUR, stepMs: 0 }, "minute", MINUTE, 61],
  [{ windowMs: DAY, stepMs: 0 }, "minute", 30 * MINUTE, 49],
  [{ windowMs: DAY, stepMs: HOUR }, "hour", HOUR, 25],
  [{ windowMs: DAY, stepMs: 0, each: true }, "hour", HOUR, 25],
  [{ windowMs: DAY, stepMs: 30 * MINUTE, each: true }, "minute", 30 * MINUTE, 49],
  [{ windowMs: 11 * HOUR, stepMs: 0, each: true }, "minute", 15 * MINUTE, 45],
  [{ windowMs: 30 * DAY, stepMs: 0 }, "hour", 12 * HOUR, 61],
  [{ windowMs: HOUR, stepMs: 0, to: NOW - 60 * DAY }, "hour", HOUR, 2],
])("windowOf(%j) reads each %s", (options, level, stepMs, points) => {
  const window = windowOf(NOW, options);
  if (typeof window === "string") throw new Error(window);
  expect(window).toMatchObject({ level, stepMs });
  expect((window.to - window.from) / stepMs).toBe(points);
  expect(window.from % stepMs).toBe(0);
  const to = "to" in options ? options.to : NOW;
  expect(window.from).toBeLessThanOrEqual(to - options.windowMs);
  expect(window.to).toBeGreaterThanOrEqual(to);
});

test.each([
  [{ windowMs: 1, stepMs: 0 }, "window_ms"],
  [{ windowMs: 91 * DAY, stepMs: 0 }, "window_ms"],
  [{ windowMs: HOUR, stepMs: 1_000 }, "step_ms"],
  [{ windowMs: HOUR, stepMs: -MINUTE }, "step_ms"],
  [{ windowMs: DAY * 1.5, stepMs: MINUTE }, "more than 1500 points"],
  [{ windowMs: HOUR, stepMs: MINUTE, to: NOW - 3 * DAY }, "whole hours"],
  [{ windowMs: DAY, stepMs: HOUR, to: NOW - 90 * DAY }, "before what is kept"],
])("windowOf(%j) says that %s", (options, problem) => {
  expect(windowOf(NOW, options)).toContain(problem);
});

test.each([
  [{ windowMs: DAY, stepMs: 30 * MINUTE }],
  [{ windowMs: DAY, stepMs: 7 * MINUTE }],
  [{ windowMs: DAY, stepMs: 5 * HOUR }],
  [{ windowMs: 60 * DAY, stepMs: 25 * DAY }],
])("readSeries(%j) asks in slices, and counts each bucket once", async (options) => {
  const store = storeOf();
  const window = windowOf(NOW, options);
  if (typeof window === "string") throw new Error(window);
  const [all] = await readSeries(store, window, { by: null, seriesMax: 10 });
  const bucketMs = window.level === "minute" ? MINUTE : HOUR;
  const buckets = Math.ceil((Math.min(window.to, NOW) - window.from) / bucketMs);
  expect(all?.total.events.received).toBe(buckets);
  expect(all?.total.requests.requests).toBe(buckets);
  const points = [...(all?.points ?? [])];
  expect(points.every(([at]) => (at - window.from) % window.stepMs === 0)).toBe(true);
  expect(points.reduce((sum, [, { events }]) => sum + events.received, 0)).toBe(buckets);
  const most = window.level === "minute" ? 4 * HOUR : 10 * DAY;
  for (const { from, to, stepMs } of store.queries) {
    expect(to - from).toBeLessThanOrEqual(Math.max(most, 0));
    expect(stepMs).toBeLessThanOrEqual(window.stepMs);
  }
});

test("readSeries() asks for every series in shorter slices: commits wait for each", async () => {
  const store = storeOf();
  const window = windowOf(NOW, { windowMs: 6 * HOUR, stepMs: 0, each: true });
  if (typeof window === "string") throw new Error(window);
  await readSeries(store, window, { by: "type", seriesMax: 10 });
  for (const { from, to } of store.queries) expect(to - from).toBeLessThanOrEqual(15 * MINUTE);
});

test("readSeries() has the largest series first and the others as one", async () => {
  const window = { level: "minute", from: NOW - 5 - HOUR, to: NOW - 5, stepMs: HOUR } as const;
  const lines = async (seriesMax: number) => {
    const series = await readSeries(storeOf(), window, { by: "type", seriesMax });
    return series.map(({ name, total }) => [name, total.events.received, total.requests.requests]);
  };
  expect(await lines(2)).toEqual([
    ["a", 40, 0],
    ["b", 20, 0],
  ]);
  expect(await lines(1)).toEqual([
    ["a", 40, 0],
    [REST, 20, 0],
  ]);
});
