import { expect, test } from "@jest/globals";
import { currentEnrolments, keepEnrolled } from "./enrolments.ts";

test.each([
  [[], "a", ["a"]],
  [["a"], "b", ["a", "b"]],
  [["a", "b"], "c", ["b", "c"]],
  [["a", "b"], "a", ["b", "a"]],
  [["a"], "a", ["a"]],
])("keepEnrolled(%j, %j) is %j", (secrets, secret, expected) => {
  expect(keepEnrolled(secrets, secret)).toEqual(expected);
});

test("currentEnrolments() shows open ones and those that have delivered", () => {
  const stored = [
    { source: "closed", openUntil: 0, secrets: [] },
    { source: "delivered", openUntil: 0, secrets: ["a"] },
    { source: "ends now", openUntil: 1_000, secrets: [] },
    { source: "open", openUntil: 1_001, secrets: [] },
  ];
  expect(currentEnrolments(stored, 1_000)).toEqual([
    { source: "delivered", openUntil: null, secrets: ["a"] },
    { source: "open", openUntil: 1_001, secrets: [] },
  ]);
});
