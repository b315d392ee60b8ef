import { expect, test } from "@jest/globals";
import { isWhole, packBody, unpackBody } from "./protected_body.ts";

const NOTHING = new Uint8Array(0);

test.each([
  ["both", Buffer.from("shown"), Buffer.from("sealed")],
  ["an empty body", NOTHING, Buffer.from("sealed")],
  ["nothing that is encrypted", Buffer.from("shown"), NOTHING],
])("unpackBody() reads what packBody() wrote of %s", async (_what, body, sealed) => {
  const packed = await packBody({ body, sealed });
  const read = unpackBody(packed);
  expect(Buffer.from(read.body).equals(body)).toBe(true);
  expect(Buffer.from(read.sealed).equals(sealed)).toBe(true);
  expect(isWhole({ body: packed, bodySha256: NOTHING, flags: ["protected"] })).toBe(true);
});

test.each([
  ["nothing", NOTHING],
  ["too short", Buffer.alloc(35)],
  ["one with a length that is too large", Buffer.alloc(60, 255)],
])("unpackBody() refuses %s", (_what, packed) => {
  expect(() => unpackBody(packed)).toThrow("it is damaged");
  expect(isWhole({ body: packed, bodySha256: NOTHING, flags: ["protected"] })).toBe(false);
});
