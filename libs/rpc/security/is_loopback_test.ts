import { expect, test } from "@jest/globals";
import { isLoopback } from "./is_loopback.ts";

test.each([
  ["127.0.0.1:50051", true],
  ["127.8.9.10:0", true],
  ["[::1]:50051", true],
  ["[::ffff:127.0.0.1]:50051", true],
  ["localhost:50051", true],
  ["LOCALHOST:50051", true],
  ["0.0.0.0:50051", false],
  ["[::]:50051", false],
  ["[::ffff:0.0.0.0]:50051", false],
  ["10.0.0.1:50051", false],
  ["128.0.0.1:50051", false],
  ["localhost.example.com:50051", false],
  ["127.0.0.1.example.com:50051", false],
  ["dispatcher:50051", false],
  [":50051", false],
  ["", false],
])("isLoopback() of %s is %s", (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});
