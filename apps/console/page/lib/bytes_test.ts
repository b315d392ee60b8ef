import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { prettyOf } from "./bytes.ts";

test("prettyOf() indents as JSON.stringify() does", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const whole = JSON.stringify(JSON.parse(text), null, 2);
      expect(prettyOf(JSON.stringify(JSON.parse(text)))).toBe(whole);
      expect(prettyOf(whole)).toBe(whole);
    }),
  );
});

test("prettyOf() keeps every number, name and escape as it is", () => {
  const text = String.raw`{"id":9007199254740993,"f":1.0,"id":-0,"n":"J\u00fcrgen\/","e":[{},[]]}`;
  expect(prettyOf(text)).toBe(
    [
      "{",
      '  "id": 9007199254740993,',
      '  "f": 1.0,',
      '  "id": -0,',
      String.raw`  "n": "J\u00fcrgen\/",`,
      '  "e": [',
      "    {},",
      "    []",
      "  ]",
      "}",
    ].join("\n"),
  );
});

test.each(["", "no", '{"a":1', "{'a':1}"])("prettyOf(%j) is null", (text) => {
  expect(prettyOf(text)).toBeNull();
});

test("prettyOf() takes what is long, or deep", () => {
  const long = JSON.stringify(`${"x".repeat(1_000_000)}${'"'.repeat(100_000)}`);
  expect(prettyOf(long)).toBe(long);
  const deep = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;
  expect(prettyOf(deep)?.length).toBeLessThan(3_000_000);
});
