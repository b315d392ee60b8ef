import { expect, test } from "@jest/globals";
import { RETRIES_MAX } from "./backoff_policy.ts";
import { resizePolicy } from "./resize_policy.ts";
import { RETRY_POLICIES } from "./retry_policies.ts";

const POLICY = { name: "p", delaysMs: [1_000, 2_000, 0], jitter: 0.1 };

test.each([
  [0, []],
  [1, [1_000]],
  [3, [1_000, 2_000, 0]],
  [5, [1_000, 2_000, 0, 0, 0]],
])("resizePolicy() to %d retries", (retries, delaysMs) => {
  expect(resizePolicy(POLICY, retries)).toEqual({ name: "p", delaysMs, jitter: 0.1 });
});

test("resizePolicy() leaves the policy it is given as it was", () => {
  const resized = resizePolicy(RETRY_POLICIES.fast, 5);
  expect(resized.delaysMs).toEqual([1_000, 2_000, 4_000, 4_000, 4_000]);
  expect(RETRY_POLICIES.fast.delaysMs).toEqual([1_000, 2_000, 4_000]);
});

test("resizePolicy() leaves a policy without retries without them", () => {
  expect(resizePolicy({ ...POLICY, delaysMs: [] }, 0).delaysMs).toEqual([]);
});

test.each([-1, 1.5, Number.NaN, RETRIES_MAX + 1])(
  "resizePolicy() refuses %d retries",
  (retries) => {
    expect(() => resizePolicy(POLICY, retries)).toThrow(RangeError);
    expect(() => resizePolicy(POLICY, retries)).toThrow('Cannot resize policy "p"');
  },
);

test("resizePolicy() refuses to extend a policy that has no wait", () => {
  expect(() => resizePolicy({ ...POLICY, delaysMs: [] }, 1)).toThrow("it has no wait to repeat");
});
