import { expect, test } from "@jest/globals";
import type { MacRecipe } from "./recipe.ts";
import { signedBytes } from "./signed_bytes.ts";
import { incoming } from "./signed_request.ts";

const RECIPE: MacRecipe = {
  kind: "hmac",
  scheme: "checksum",
  signature: { header: "x-signature" },
  digest: "sha256",
  encoding: "hex",
  signed: ["crc32"],
};

test.each([
  ["123456789", "3421780262"],
  ["", "0"],
])("signedBytes() has the CRC-32 of %j in decimal", (body, expected) => {
  const headers = { "x-signature": "00" };
  const request = { method: "POST", url: "https://a.example/", headers, body: Buffer.from(body) };
  const bytes = signedBytes(RECIPE, incoming(request, 0), { secret: "key" });
  expect(Buffer.from(bytes ?? "absent").toString()).toBe(expected);
});
