import { crc32 as zlibCrc32 } from "node:zlib";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { crc32 } from "./crc32.ts";

test("crc32() of the check value's digits is the check value", () => {
  expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});

test("crc32() agrees with zlib over any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
      expect(crc32(bytes)).toBe(zlibCrc32(bytes));
    }),
  );
});
