import { expect, test } from "@jest/globals";
import { nextDelayMs } from "./next_delay_ms.ts";
import { RETRY_POLICIES } from "./retry_policies.ts";

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
