import { expect, test } from "@jest/globals";
import {
  ALL_SOURCES,
  addCounts,
  noCounts,
  REST,
  SERIES_MAX,
  SeriesRoom,
  Tally,
} from "./buckets.ts";

const HOUR_MS = 3_600_000;

function seriesOf(type: string, source = "academy") {
  return { source, type, subscription: "", outcome: "" };
}

test("SeriesRoom keeps the names of the first series of an hour, then the sources, then nothing", () => {
  const room = new SeriesRoom();
  for (let n = 0; n < SERIES_MAX; n += 1) {
    expect(room.place(seriesOf(`t${n}`), 0)).toEqual(seriesOf(`t${n}`));
  }
  expect(room.place(seriesOf("t7"), 1)).toEqual(seriesOf("t7"));
  expect(room.place(seriesOf("new"), 1)).toEqual(seriesOf(REST));
  const sources = Array.from({ length: 1_000 }, (_, n) => room.place(seriesOf("new", `s${n}`), 1));
  expect(new Set(sources.map(({ source }) => source)).size).toBeLessThan(300);
  expect(sources.at(-1)).toEqual(seriesOf(REST, REST));
  expect(room.place(seriesOf("new"), HOUR_MS)).toEqual(seriesOf("new"));
});

test("SeriesRoom gives a type of a stranger's length to the rest", () => {
  const placed = new SeriesRoom().place(seriesOf("x".repeat(101)), 0);
  expect(placed).toEqual(seriesOf(REST));
});

test("Tally has each series once, and the sum of all with the same outcome", () => {
  const tally = new Tally(new SeriesRoom(), 0);
  tally.of(seriesOf("a")).received += 1;
  tally.of(seriesOf("a")).received += 1;
  tally.of(seriesOf("b")).duplicates += 1;
  tally.of({ ...seriesOf(""), outcome: "stored" }).requests += 4;
  const found = tally.entries().map(({ source, type, outcome, counts }) => ({
    ...{ source, type, outcome },
    ...{ received: counts.received, duplicates: counts.duplicates, requests: counts.requests },
  }));
  const none = { received: 0, duplicates: 0, requests: 0, outcome: "" };
  expect(found).toEqual([
    { ...none, source: ALL_SOURCES, type: "", received: 2, duplicates: 1 },
    { ...none, source: ALL_SOURCES, type: "", outcome: "stored", requests: 4 },
    { ...none, source: "academy", type: "a", received: 2 },
    { ...none, source: "academy", type: "b", duplicates: 1 },
    { ...none, source: "academy", type: "", outcome: "stored", requests: 4 },
  ]);
  expect(new Tally(new SeriesRoom(), 0).entries()).toEqual([]);
});

test("addCounts() adds every count", () => {
  const one = noCounts();
  for (const name of Object.keys(one) as (keyof typeof one)[]) {
    if (name !== "times") one[name] = 1;
  }
  one.times.fill(1);
  const sum = noCounts();
  addCounts(sum, one);
  expect(sum).toEqual(one);
});
