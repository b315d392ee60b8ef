import { expect, test } from "@jest/globals";
import { boundText, TEXT_CHARS_MAX } from "./bound_text.ts";

test.each([
  ["plain", "plain"],
  ["", ""],
  ["with ümlaut, 漢字 and 🎓", "with ümlaut, 漢字 and 🎓"],
  // JSON escapes these itself.
  ["line\nbreak", "line\nbreak"],
  ["next\u0085line", "next\\u0085line"],
  ["line\u2028separator", "line\\u2028separator"],
  ["colour\u009b31m", "colour\\u009b31m"],
  ["del\u007f", "del\\u007f"],
  ["right\u202eleft", "right\\u202eleft"],
  ["isolate\u2066", "isolate\\u2066"],
  ["no route to mongodb://user:p%40ss@db:27017/x", "no route to mongodb://[redacted]@db:27017/x"],
  ["https://token@host/ and ftp://a:b@c", "https://[redacted]@host/ and ftp://[redacted]@c"],
  ["https://host/@scope", "https://host/@scope"],
  ["mail@example.com", "mail@example.com"],
])("boundText(%j) is %j", (text, expected) => {
  expect(boundText(text)).toBe(expected);
});

test("boundText() keeps a text of the greatest length, and cuts one that is longer", () => {
  const longest = "x".repeat(TEXT_CHARS_MAX);
  expect(boundText(longest)).toBe(longest);
  expect(boundText(`${longest}yz`)).toBe(`${longest}… (2 more characters)`);
  expect(boundText("abcdef", 4)).toBe("abcd… (2 more characters)");
});

test.each(["://", "://a", "\u2028", "@"])("boundText() bounds a text of nothing but %j", (part) => {
  // Escaped, one character becomes six.
  expect(boundText(part.repeat(1_000_000)).length).toBeLessThan(TEXT_CHARS_MAX * 6 + 100);
});
