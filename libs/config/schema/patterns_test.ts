import { expect, test } from "@jest/globals";
import { isPattern } from "./patterns.ts";

test.each([
  ["payment.success", true],
  ["payment.*", true],
  ["*", true],
  ["a*b*c*d*e*f", true],
  ["a*b*c*d*e*f*", false],
  ["stripe/eu", true],
  ["näh", true],
  ["x".repeat(200), true],
  ["x".repeat(201), false],
  ["", false],
  ["  ", false],
  ["a\nb", false],
  ["a\u0000", false],
])("isPattern(%j) is %p", (value, is) => {
  expect(isPattern(value)).toBe(is);
});
