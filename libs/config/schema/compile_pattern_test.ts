import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { compilePattern } from "./compile_pattern.ts";

test.each([
  ["payment.success", "payment.success", true],
  ["payment.success", "payment.succes", false],
  ["payment.*", "payment.success", true],
  ["payment.*", "payment.", true],
  ["payment.*", "payment", false],
  ["payment.*", "repayment.success", false],
  ["*", "", true],
  ["*", "line\nbreak", true],
  ["**", "x", true],
  ["*.created", "subscription.created", true],
  ["*.created", "subscription.created.now", false],
  ["a*a", "a", false],
  ["a*a", "aa", true],
  ["*ab*b", "ab", false],
  ["*ab*ab*", "xabyabz", true],
  ["*ab*ab*", "xaba", false],
  ["a.c", "abc", false],
  ["a+", "aa", false],
  ["a+", "a+", true],
  ["[x]", "[x]", true],
])("compilePattern() with %j and %j gives %j", (pattern, text, expected) => {
  expect(compilePattern(pattern)(text)).toBe(expected);
});

test("compilePattern() agrees with the regular expression that the pattern means", () => {
  const letters = fc.constantFrom("a", "b", ".", "*");
  const written = fc.array(letters, { maxLength: 8 }).map((all) => all.join(""));
  fc.assert(
    fc.property(written, written, (pattern, text) => {
      const parts = pattern.split("*").map((part) => part.replaceAll(".", "\\."));
      const expected = new RegExp(`^${parts.join(".*")}$`, "s").test(text);
      expect(compilePattern(pattern)(text)).toBe(expected);
    }),
    { numRuns: 3_000 },
  );
});
