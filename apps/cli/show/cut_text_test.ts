import { expect, test } from "@jest/globals";
import { cutText, widthOf } from "./cut_text.ts";

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
