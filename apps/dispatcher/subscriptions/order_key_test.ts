import { createHash } from "node:crypto";
import { JSON_PARTS, type JsonField } from "@hookgate/providers";
import { ORDER_KEY_CHARS_MAX } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { orderKey } from "./order_key.ts";

test.each<[JsonField | undefined, string]>([
  ["cus_1", '"cus_1"'],
  ["1", '"1"'],
  ["", '""'],
  [1, "1"],
  [-0, "0"],
  [1.5e300, "1.5e+300"],
  [1 / 0, "Infinity"],
  [true, "true"],
  [null, "null"],
  ["null", '"null"'],
  ["\ud800", '"\\ud800"'],
  [undefined, ""],
  [JSON_PARTS, ""],
])("orderKey() of %p is %j", (field, expected) => {
  expect(orderKey(field)).toBe(expected);
});

test("orderKey() of a long text is its digest", () => {
  const text = "é".repeat(ORDER_KEY_CHARS_MAX - 2);
  expect(orderKey(text)).toBe(`"${text}"`);
  expect(orderKey(`${text}x`)).toBe(createHash("sha256").update(`"${text}x"`).digest("hex"));
});
