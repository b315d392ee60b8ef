import { anyText } from "@hookgate/testing/any_text";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { showJson, showText } from "./show_text.ts";

test.each([
  ["plain text", "course.enrolled – Zürich 東京 🎓", "course.enrolled – Zürich 東京 🎓"],
  ["a line break", "a\r\nb\tc", "a\\r\\nb\\tc"],
  ["a colour", "\x1b[31mred", "\\u001b[31mred"],
  ["a window's title", "\x1b]0;mine\x07", "\\u001b]0;mine\\u0007"],
  ["a C1 control sequence", "\u009b2J", "\\u009b2J"],
  ["a backspace and DEL", "a\b\x7f", "a\\u0008\\u007f"],
  ["an override of direction", "evt\u202egnp", "evt\\u202egnp"],
  ["a zero width and a BOM", "a\u200b\ufeff", "a\\u200b\\ufeff"],
  ["separators of lines", "a\u2028b\u2029", "a\\u2028b\\u2029"],
  ["half of a surrogate pair", "a\ud800", "a\\ud800"],
  ["an invisible tag", "\u{e0041}", "\\udb40\\udc41"],
])("showText() shows %s harmlessly", (_, text, shown) => {
  expect(showText(text)).toBe(shown);
});

test("showJson() gives one line that reads back as the same value", () => {
  const value = { "k\u009b": "\x1b[2J\x7f\u202e\u{e0041} 東京\n\u2028", n: [1, null, true] };
  const line = showJson(value);
  expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(JSON.parse(line)).toEqual(value);
});

test("showText() and showJson() let nothing through that acts on a terminal", () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      expect(showText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(JSON.parse(showJson(text))).toBe(text);
    }),
  );
});
