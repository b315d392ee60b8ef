import { expect, test } from "@jest/globals";
import { divide } from "./too_much_at_once.ts";

test.each([
  [0, []],
  [1, []],
  [2, [1, 1]],
  [9, [2, 2, 2, 2, 1]],
  [256, Array(8).fill(32)],
])("divide() makes parts of %d items", (length, sizes) => {
  const items = Array.from({ length }, (_, n) => n);
  const parts = divide(items);
  expect(parts.map((part) => part.length)).toEqual(sizes);
  if (length > 1) expect(parts.flat()).toEqual(items);
});
