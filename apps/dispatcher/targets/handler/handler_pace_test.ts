import { expect, test } from "@jest/globals";
import { HandlerPace } from "./handler_pace.ts";

/** How long an attempt takes if there are so many at once, in milliseconds: in its handler, and in the store besides. */
type Times = (atOnce: number) => { handler: number; store: number };

function run(pace: HandlerPace, times: Times, ticks: number): number {
  for (let tick = 0; tick < ticks; tick += 1) {
    const atOnce = pace.atOnce("a");
    const { handler, store } = times(atOnce);
    const ended = Math.floor((atOnce * 100) / (handler + store));
    for (let count = 0; count < ended; count += 1) pace.noteEnded("a", handler);
    pace.tick(100);
  }
  return pace.atOnce("a");
}

const FAST: Times = () => ({ handler: 3, store: 1 });

test.each<[string, Times, number]>([
  ["a fast handler gets all", FAST, 512],
  ["a handler that waits for others keeps 20", () => ({ handler: 30, store: 5 }), 20],
  [
    "one that is slower the more it has gets what it ends in 25 ms",
    (atOnce) => ({ handler: atOnce / 8, store: 0 }),
    200,
  ],
  [
    "one that waits for commits gets what ends in 50 ms",
    (atOnce) => ({ handler: 3, store: atOnce / 8 - 3 }),
    400,
  ],
])("HandlerPace: %s", (_what, times, expected) => {
  const atOnce = run(new HandlerPace(), times, 50);
  expect(atOnce).toBeGreaterThan(expected * 0.9);
  expect(atOnce).toBeLessThanOrEqual(expected);
});

test("HandlerPace begins with 20, knows each subscription apart, and forgets what it was", () => {
  const pace = new HandlerPace();
  expect(pace.atOnce("a")).toBe(20);
  expect(run(pace, FAST, 5)).toBeGreaterThan(100);
  expect(pace.atOnce("b")).toBe(20);
  for (let tick = 0; tick < 20; tick += 1) pace.tick(100);
  expect(pace.atOnce("a")).toBe(20);
  pace.noteEnded("a", 3);
  pace.tick(0);
  expect(pace.atOnce("a")).toBe(20);
});
