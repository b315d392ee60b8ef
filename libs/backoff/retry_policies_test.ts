import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { nextDelayMs } from "./next_delay_ms.ts";
import {
  DELAY_MS_MAX,
  exponentialDelays,
  RETRIES_MAX,
  RETRY_POLICIES,
  resizePolicy,
} from "./retry_policies.ts";

test("RETRY_POLICIES.fast is the specification's: three retries after 1, 2 and 4 s", () => {
  const { fast } = RETRY_POLICIES;
  expect(fast.name).toBe("fast");
  const delays = [1, 2, 3, 4].map((retry) => nextDelayMs(fast, retry, { random: () => 0.9 }));
  expect(delays).toEqual([1_000, 2_000, 4_000, null]);
});

test("RETRY_POLICIES.standard spreads eight retries over 27 hours and a half", () => {
  const { standard } = RETRY_POLICIES;
  expect(standard).toMatchObject({ name: "standard", jitter: 0.2 });
  expect(standard.delaysMs).toEqual([
    5_000, 30_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000,
  ]);
});

test.each(["constructor", "__proto__", "toString", "hasOwnProperty", ""])(
  "RETRY_POLICIES has no policy %p",
  (name) => {
    expect((RETRY_POLICIES as Record<string, unknown>)[name]).toBeUndefined();
  },
);

test("RETRY_POLICIES cannot be changed", () => {
  const delays = RETRY_POLICIES.fast.delaysMs as number[];
  expect(() => delays.push(1)).toThrow(TypeError);
  expect(() => Object.assign(RETRY_POLICIES.fast, { jitter: 1 })).toThrow(TypeError);
  expect(() => Object.assign(RETRY_POLICIES, { slow: RETRY_POLICIES.fast })).toThrow(TypeError);
});

test.each([
  [3, 1_000, 2, 60_000, [1_000, 2_000, 4_000]],
  [8, 1_000, 2, 60_000, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]],
  [4, 5_000, 4, 36_000_000, [5_000, 20_000, 80_000, 320_000]],
  [3, 100, 1, 60_000, [100, 100, 100]],
  [3, 100, 1.5, 60_000, [100, 150, 225]],
  [4, 10, 1.1, 60_000, [10, 11, 12, 13]],
  [2, 5_000, 2, 1_000, [1_000, 1_000]],
  [2, 0, 2, 1_000, [0, 0]],
  [2, 1_000, 2, 0, [0, 0]],
  [0, 1_000, 2, 60_000, []],
])(
  "exponentialDelays() of %d from %d ms by %d up to %d ms",
  (retries, initialMs, factor, maxDelayMs, delays) => {
    expect(exponentialDelays({ retries, initialMs, factor, maxDelayMs })).toEqual(delays);
  },
);

test.each([0, 1])(
  "exponentialDelays() survives a power that overflows, from %d ms",
  (initialMs) => {
    const delays = exponentialDelays({ retries: 100, initialMs, factor: 1e300, maxDelayMs: 1_000 });
    expect(delays.at(-1)).toBe(initialMs * 1_000);
  },
);

test.each([
  ["retries", -1],
  ["retries", 1.5],
  ["retries", Number.NaN],
  ["retries", RETRIES_MAX + 1],
  ["initialMs", -1],
  ["initialMs", Number.NaN],
  ["initialMs", DELAY_MS_MAX + 1],
  ["factor", 0.5],
  ["factor", Number.NaN],
  ["factor", Number.POSITIVE_INFINITY],
  ["maxDelayMs", -1],
  ["maxDelayMs", Number.NaN],
  ["maxDelayMs", DELAY_MS_MAX + 1],
])("exponentialDelays() refuses %s of %d and names it", (name, value) => {
  const shape = { retries: 3, initialMs: 1_000, factor: 2, maxDelayMs: 60_000, [name]: value };
  expect(() => exponentialDelays(shape)).toThrow(RangeError);
  expect(() => exponentialDelays(shape)).toThrow(`Cannot compute delays: ${name} is ${value}`);
});

test("exponentialDelays() never shrinks, never exceeds its longest wait, and has the right number", () => {
  const shape = fc.record({
    retries: fc.integer({ min: 0, max: RETRIES_MAX }),
    initialMs: fc.integer({ min: 0, max: DELAY_MS_MAX }),
    factor: fc.double({ min: 1, max: 1e6, noNaN: true }),
    maxDelayMs: fc.integer({ min: 0, max: DELAY_MS_MAX }),
  });
  fc.assert(
    fc.property(shape, (given) => {
      const delays = exponentialDelays(given);
      expect(delays).toHaveLength(given.retries);
      expect([...delays].sort((a, b) => a - b)).toEqual(delays);
      expect(delays.every((ms) => Number.isInteger(ms) && ms >= 0 && ms <= given.maxDelayMs)).toBe(
        true,
      );
    }),
  );
});

const POLICY = { name: "p", delaysMs: [1_000, 2_000, 0], jitter: 0.1 };

test.each([
  [0, []],
  [1, [1_000]],
  [3, [1_000, 2_000, 0]],
  [5, [1_000, 2_000, 0, 0, 0]],
])("resizePolicy() to %d retries", (retries, delaysMs) => {
  expect(resizePolicy(POLICY, retries)).toEqual({ name: "p", delaysMs, jitter: 0.1 });
});

test("resizePolicy() does not change the given policy", () => {
  const resized = resizePolicy(RETRY_POLICIES.fast, 5);
  expect(resized.delaysMs).toEqual([1_000, 2_000, 4_000, 4_000, 4_000]);
  expect(RETRY_POLICIES.fast.delaysMs).toEqual([1_000, 2_000, 4_000]);
});

test("resizePolicy() keeps a policy without retries", () => {
  expect(resizePolicy({ ...POLICY, delaysMs: [] }, 0).delaysMs).toEqual([]);
});

test.each([-1, 1.5, Number.NaN, RETRIES_MAX + 1])(
  "resizePolicy() refuses %d retries",
  (retries) => {
    expect(() => resizePolicy(POLICY, retries)).toThrow(RangeError);
    expect(() => resizePolicy(POLICY, retries)).toThrow('Cannot resize policy "p"');
  },
);

test("resizePolicy() refuses to extend a policy without waits", () => {
  expect(() => resizePolicy({ ...POLICY, delaysMs: [] }, 1)).toThrow("it has no wait to repeat");
});
