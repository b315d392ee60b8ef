import { expect, test } from "@jest/globals";
import { currentEnrolments, keepEnrolled } from "./enrolments.ts";

test.each([
  [[], "a", ["a"]],
  [["a"], "b", ["a", "b"]],
  [["a", "b"], "c", ["b", "c"]],
  [["a", "b"], "a", ["b", "a"]],
  [["a"], "a", ["a"]],
])("keepEnrolled(%j, %j) is %j", (secrets, secret, expected) => {
  const from = { address: "192.0.2.7", at: 9 };
  const kept = keepEnrolled(secrets, { secret, ...from });
  expect(kept.map((one) => (typeof one === "string" ? one : one.secret))).toEqual(expected);
  expect(kept.at(-1)).toEqual({ secret, ...from });
  expect(keepEnrolled([{ secret, ...from }], { secret, ...from })).toHaveLength(1);
});

test("currentEnrolments() shows open ones and those that have delivered", () => {
  const stored = [
    { source: "closed", openUntil: 0, secrets: [] },
    { source: "delivered", openUntil: 0, secrets: ["a"] },
    { source: "ends now", openUntil: 1_000, secrets: [] },
    { source: "open", openUntil: 1_001, secrets: [{ secret: "b", address: "192.0.2.7", at: 9 }] },
  ];
  expect(currentEnrolments(stored, 1_000)).toEqual([
    { source: "delivered", openUntil: null, secrets: ["a"], deliveries: [null] },
    {
      source: "open",
      openUntil: 1_001,
      secrets: ["b"],
      deliveries: [{ address: "192.0.2.7", at: 9 }],
    },
  ]);
});
