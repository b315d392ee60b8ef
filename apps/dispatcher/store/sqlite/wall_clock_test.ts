import { fakeClock } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { WallClock } from "./wall_clock.ts";

const HOUR = 3_600_000;

function makeClock() {
  const monotonic = fakeClock({ now: 0 });
  const wall = fakeClock({ now: 1_800_000_000_000 });
  const clock = new WallClock({ wall: wall.now, monotonic: monotonic.now });
  const advance = (ms: number) => {
    monotonic.advance(ms);
    wall.advance(ms);
  };
  return { clock, wall, advance };
}

test.each([HOUR, -HOUR, 24 * HOUR, -24 * HOUR, 1_000, -1_000])(
  "WallClock runs on over a step of %d ms until it is seen, then follows it",
  (stepMs) => {
    const { clock, wall, advance } = makeClock();
    const before = clock.now();
    wall.advance(stepMs);
    advance(500);
    expect(clock.now()).toBe(before + 500);
    expect([clock.look(), clock.look()]).toEqual([stepMs, 0]);
    expect([clock.now(), clock.steps]).toEqual([before + 500 + stepMs, stepMs]);
  },
);

test("WallClock follows a drift, and never goes back for one", () => {
  const { clock, wall, advance } = makeClock();
  const before = clock.now();
  wall.advance(-900);
  expect(clock.look()).toBe(0);
  expect(clock.now()).toBe(before);
  advance(1_000);
  expect([clock.now(), clock.steps]).toEqual([before + 100, 0]);
});
