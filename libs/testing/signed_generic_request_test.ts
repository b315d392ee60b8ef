import { createHmac } from "node:crypto";
import { describeEvent, generic } from "@hookgate/providers";
import { incoming, type SignedRequest, type SymmetricRecipe, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { type SignedGenericRequest, signedGenericRequest } from "./signed_generic_request.ts";

function received(request: SignedGenericRequest): SignedRequest {
  return incoming({ method: "POST", url: "http://localhost/", ...request }, Date.now());
}

function verifies(request: SignedGenericRequest, secret: string): boolean {
  const secrets = [{ id: "1", value: secret }];
  return verify(generic.recipe as SymmetricRecipe, received(request), { secrets }).ok;
}

test("signedGenericRequest() is the specification's event, signed", () => {
  const timestamp = new Date("2026-01-02T03:04:05Z");
  const request = signedGenericRequest({
    secret: "s",
    type: "course.enrolled",
    data: { n: 1 },
    timestamp,
  });
  expect(Buffer.from(request.body).toString()).toBe(
    '{"type":"course.enrolled","timestamp":"2026-01-02T03:04:05.000Z","data":{"n":1}}',
  );
  expect(request.headers).toEqual({
    "content-type": "application/json",
    "x-webhook-signature": `sha256=${createHmac("sha256", "s").update(request.body).digest("hex")}`,
  });
  expect(verifies(request, "s")).toBe(true);
  expect(verifies(request, "t")).toBe(false);
});

test.each([
  ["text", "é\r\n", [0xc3, 0xa9, 0x0d, 0x0a]],
  ["bytes", Uint8Array.from([0xff, 0x00]), [0xff, 0x00]],
  ["nothing", "", []],
])("signedGenericRequest() signs exactly the body it is given: %s", (_, body, bytes) => {
  const request = signedGenericRequest({ secret: "s", body });
  expect([...request.body]).toEqual(bytes);
  expect(verifies(request, "s")).toBe(true);
});

test("signedGenericRequest() needs no more than a secret", () => {
  const request = signedGenericRequest({ secret: "s" });
  expect(describeEvent(generic, received(request)).type).toBe("payment.success");
});
