import { randomBytes } from "node:crypto";
import { expect, test } from "@jest/globals";
import { keyBytes } from "./secret_schema.ts";

test.each([
  ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 24],
  ["whsec_QQ==", 1],
  ["whsec_QQ", 1],
  ["any text", 8],
  ["é", 2],
  ["WHSEC_QQ==", 10],
])("keyBytes() of %s is %d", (secret, expected) => {
  expect(keyBytes(secret)).toBe(expected);
});

test("keyBytes() takes base64 of any length", () => {
  for (let length = 1; length <= 64; length += 1) {
    const secret = `whsec_${randomBytes(length).toString("base64")}`;
    expect(keyBytes(secret)).toBe(length);
  }
});

test.each([
  "whsec_",
  "whsec_=",
  "whsec_A",
  "whsec_QR==",
  "whsec_QQ=== ",
  "whsec_Q Q",
  "whsec_-_8=",
])("keyBytes() finds no key in %j", (secret) => {
  expect(keyBytes(secret)).toBeNull();
});
