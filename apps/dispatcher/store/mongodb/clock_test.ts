import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { openStore, testOnMongo } from "../suite/mongodb_fixtures.ts";
import { ServerClock } from "./clock.ts";

const START = 1_790_000_000_000;

/** A clock and its monotonic one. */
function newClock() {
  let mono = 5_000;
  const clock = new ServerClock({ monotonic: () => mono });
  return {
    clock,
    pass: (ms: number) => {
      mono += ms;
    },
    /** A measurement that took `tookMs`, in which the server read its clock after `agoMs`. */
    measure: (time: number, { tookMs, afterMs }: { tookMs: number; afterMs: number }) => {
      const before = mono;
      mono += tookMs;
      clock.measured(Math.floor(time + afterMs), { before, after: mono });
    },
  };
}

test("ServerClock shows the server's time, to within half a round trip", () => {
  const { clock, pass, measure } = newClock();
  measure(START, { tookMs: 10, afterMs: 3 });
  expect(Math.abs(clock.now() - (START + 10))).toBeLessThanOrEqual(6);
  const before = clock.now();
  pass(1_234);
  expect(clock.now()).toBe(before + 1_234);
});

test("ServerClock gets more exact with better measurements, and worse ones change nothing", () => {
  const { clock, measure } = newClock();
  measure(START, { tookMs: 1_000, afterMs: 0 });
  measure(START + 1_000, { tookMs: 0, afterMs: 0 });
  expect(Math.abs(clock.now() - (START + 1_000))).toBeLessThanOrEqual(1);
  measure(START + 1_000, { tookMs: 500, afterMs: 499 });
  measure(START + 1_500, { tookMs: 500, afterMs: 1 });
  expect(Math.abs(clock.now() - (START + 2_000))).toBeLessThanOrEqual(1);
});

test("ServerClock never runs backwards unless the server's does, even on a bad network", () => {
  const steps = fc.array(
    fc.record({ pauseMs: fc.nat(2_000), tookMs: fc.nat(800), part: fc.double({ max: 1, min: 0 }) }),
  );
  fc.assert(
    fc.property(steps, (measurements) => {
      const { clock, pass, measure } = newClock();
      let time = START;
      let latest = 0;
      for (const { pauseMs, tookMs, part } of measurements) {
        measure(time, { tookMs, afterMs: (Number.isNaN(part) ? 0 : part) * tookMs });
        time += tookMs + pauseMs;
        pass(pauseMs);
        const now = clock.now();
        expect(now).toBeGreaterThanOrEqual(latest);
        expect(Math.abs(now - time)).toBeLessThanOrEqual(402);
        latest = now;
      }
    }),
  );
});

test("ServerClock stands still through a small step back of the server's clock", () => {
  const { clock, pass, measure } = newClock();
  measure(START, { tookMs: 0, afterMs: 0 });
  const before = clock.now();
  measure(START - 900, { tookMs: 0, afterMs: 0 });
  expect(clock.now()).toBe(before);
  pass(899);
  expect(clock.now()).toBe(before);
  pass(10);
  expect(clock.now()).toBeGreaterThan(before);
  expect(clock.steps).toBe(0);
});

test.each([-3_600_000, 3_600_000, -86_400_000])(
  "ServerClock follows a step of the server's clock by %d ms",
  (step) => {
    const { clock, measure } = newClock();
    measure(START, { tookMs: 0, afterMs: 0 });
    clock.now();
    measure(START + step, { tookMs: 0, afterMs: 0 });
    expect(Math.abs(clock.now() - (START + step))).toBeLessThanOrEqual(1);
    expect(Math.abs(clock.steps - step)).toBeLessThanOrEqual(1);
  },
);

testOnMongo("ServerClock reads the server's clock", async () => {
  const store = await openStore("one");
  const clock = new ServerClock();
  await clock.refresh(store.db);
  // The tests' server runs on this machine, or on one with a correct clock.
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(5_000);
  expect(Number.isInteger(clock.now())).toBe(true);
  expect(Math.abs(store.now() - clock.now())).toBeLessThan(1_000);
});
