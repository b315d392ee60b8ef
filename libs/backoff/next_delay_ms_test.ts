import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { nextDelayMs } from "./next_delay_ms.ts";

const DELAYS_MS = [1_000, 2_000, 4_000];

test.each([
  [1, 1_000],
  [2, 2_000],
  [3, 4_000],
  [4, null],
  [1_000_000, null],
])("nextDelayMs() of retry %d without jitter is %p", (retry, delayMs) => {
  const random = () => {
    throw new Error("asked for randomness it does not need");
  };
  expect(nextDelayMs({ delaysMs: DELAYS_MS, jitter: 0 }, retry, { random })).toBe(delayMs);
});

test.each([
  [0, 800],
  [0.25, 900],
  [0.5, 1_000],
  [0.75, 1_100],
  [1, 1_200],
])("nextDelayMs() with 20 %% jitter and the random number %d is %d", (value, delayMs) => {
  const policy = { delaysMs: DELAYS_MS, jitter: 0.2 };
  expect(nextDelayMs(policy, 1, { random: () => value })).toBe(delayMs);
});

test("nextDelayMs() of a policy without retries is null", () => {
  expect(nextDelayMs({ delaysMs: [], jitter: 0.2 }, 1)).toBeNull();
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
  "nextDelayMs() refuses retry %d",
  (retry) => {
    expect(() => nextDelayMs({ delaysMs: DELAYS_MS, jitter: 0 }, retry)).toThrow(RangeError);
  },
);

test("nextDelayMs() stays within its jitter, in whole milliseconds", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.nat({ max: 604_800_000 }), share, share, (delayMs, jitter, value) => {
      const chosen = nextDelayMs({ delaysMs: [delayMs], jitter }, 1, { random: () => value }) ?? -1;
      expect(Number.isInteger(chosen)).toBe(true);
      expect(chosen).toBeGreaterThanOrEqual(Math.floor(delayMs * (1 - jitter)));
      expect(chosen).toBeLessThanOrEqual(Math.ceil(delayMs * (1 + jitter)));
    }),
  );
});

test("nextDelayMs() is random by default", () => {
  const policy = { delaysMs: [600_000_000], jitter: 1 };
  const chosen = new Set(Array.from({ length: 20 }, () => nextDelayMs(policy, 1)));
  expect(chosen.size).toBeGreaterThan(1);
});
