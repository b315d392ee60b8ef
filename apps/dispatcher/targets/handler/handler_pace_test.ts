import { expect, test } from "@jest/globals";
import { HandlerPace } from "./handler_pace.ts";

/** A handler that holds an attempt for so long, with all the attempts that it may have. */
function run(pace: HandlerPace, heldMs: (atOnce: number) => number, ticks: number): number {
  for (let tick = 0; tick < ticks; tick += 1) {
    const atOnce = pace.atOnce("a");
    const ended = Math.floor((atOnce * 100) / heldMs(atOnce));
    for (let count = 0; count < ended; count += 1) pace.noteEnded("a");
    pace.tick(100);
  }
  return pace.atOnce("a");
}

test.each<[string, (atOnce: number) => number, number]>([
  ["a fast handler gets all", () => 3, 512],
  ["a handler that waits for others keeps 20", () => 100, 20],
  ["one that is slower the more it has gets what it ends in 25 ms", (atOnce) => atOnce / 8, 200],
])("HandlerPace: %s", (_what, heldMs, expected) => {
  const atOnce = run(new HandlerPace(), heldMs, 50);
  expect(atOnce).toBeGreaterThan(expected * 0.9);
  expect(atOnce).toBeLessThanOrEqual(expected);
});

test("HandlerPace begins with 20, knows each subscription apart, and forgets what it was", () => {
  const pace = new HandlerPace();
  expect(pace.atOnce("a")).toBe(20);
  expect(run(pace, () => 3, 5)).toBeGreaterThan(100);
  expect(pace.atOnce("b")).toBe(20);
  for (let tick = 0; tick < 20; tick += 1) pace.tick(100);
  expect(pace.atOnce("a")).toBe(20);
  pace.noteEnded("a");
  pace.tick(0);
  expect(pace.atOnce("a")).toBe(20);
});
