import { expect, test } from "@jest/globals";
import { fakeClock } from "./fake_clock.ts";

test("fakeClock() stands still until it is moved", () => {
  const { now, advance } = fakeClock({ now: 1_000 });
  expect([now(), now()]).toEqual([1_000, 1_000]);
  advance(250);
  expect(now()).toBe(1_250);
  advance(-2_000);
  expect(now()).toBe(-750);
});

test("fakeClock() is independent of other clocks", () => {
  const one = fakeClock({ now: 0 });
  const other = fakeClock({ now: 0 });
  one.advance(1);
  expect(other.now()).toBe(0);
});
