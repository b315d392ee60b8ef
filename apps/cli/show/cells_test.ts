import { expect, test } from "@jest/globals";
import { cutText, widthOf } from "./cells.ts";

test.each([
  ["abc", 3],
  ["東京", 4],
  ["ｶﾅ", 2],
  ["ＡＢ", 4],
  ["한글", 4],
  ["\u1112\u1161\u11ab", 2],
  ["e\u0301", 1],
  ["a\u0308\u0323", 1],
  ["नि", 2],
  ["שלום", 4],
  ["🎓", 2],
  ["👍🏽", 2],
  ["👩\u200d🔬", 2],
  ["🇯🇵", 2],
  ["❤", 1],
  ["❤\ufe0f", 2],
  ["1\ufe0f\u20e3", 2],
  ["\u{1f5a5}", 1],
  ["…–é", 3],
  ["", 0],
])("widthOf(%s) is %i", (text, width) => {
  expect(widthOf(text)).toBe(width);
});

test.each([
  ["a mark and what it stands on", "e\u0301e\u0301e\u0301", 2, "e\u0301…"],
  ["a picture of several", "👩\u200d🔬👩\u200d🔬", 3, "👩\u200d🔬…"],
  ["a flag", "🇯🇵🇩🇪", 3, "🇯🇵…"],
])("cutText() does not tear apart %s", (_what, text, width, kept) => {
  expect(cutText(text, width)).toBe(kept);
});

test.each([
  ["abc", 3, "abc"],
  ["abcd", 3, "ab…"],
  ["東京東京", 8, "東京東京"],
  ["東京東京", 7, "東京東…"],
  ["東京東京", 6, "東京…"],
  ["🎓🎓", 3, "🎓…"],
  ["", 1, ""],
])("cutText(%s, %d) is %s", (text, width, kept) => {
  expect(cutText(text, width)).toBe(kept);
  expect(widthOf(kept)).toBeLessThanOrEqual(width);
});
