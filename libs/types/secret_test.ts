import { expect, test } from "@jest/globals";
import { enrolledSecret, enrolledSecretId, isInForce, type Secret } from "./secret.ts";

test.each<[Secret["state"], number | null, number, boolean]>([
  ["active", null, 0, true],
  ["retiring", null, 1_000, true],
  ["retiring", 1_000, 999, true],
  ["retiring", 1_000, 1_000, false],
  ["revoked", null, 0, false],
  ["revoked", 1_000, 0, false],
])("isInForce() of one that is %s until %j, at %d: %j", (state, until, at, expected) => {
  expect(isInForce({ state, until }, at)).toBe(expected);
});

test("enrolledSecretId() is the same for the same secret, and different for others", () => {
  expect(enrolledSecretId("secret")).toBe("enrolled-2bb80d53");
  expect(enrolledSecretId("secret2")).not.toBe(enrolledSecretId("secret"));
  expect(enrolledSecret("secret")).toEqual({
    id: "enrolled-2bb80d53",
    value: "secret",
    state: "active",
    until: null,
  });
});
