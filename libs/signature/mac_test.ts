import { createHmac, randomBytes } from "node:crypto";
import { expect, test } from "@jest/globals";
import { computeMac } from "./mac.ts";

const KEY_LENGTHS = [1, 32, 63, 64, 65, 127, 128, 129, 300];
const BODY_LENGTHS = [0, 1, 2_000, 64 * 1024, 64 * 1024 + 1];

test.each(["sha1", "sha256", "sha512", "md5"] as const)(
  "computeMac() makes the HMAC of %s for keys and bodies on both sides of its bounds",
  (digest) => {
    for (const keyLength of KEY_LENGTHS) {
      const secret = randomBytes(keyLength)
        .toString("latin1")
        .replace(/[^ -~]/g, "k");
      for (const bodyLength of BODY_LENGTHS) {
        const body = randomBytes(bodyLength);
        const expected = createHmac(digest, secret).update("a.").update(body);
        const rule = { kind: "hmac", digest, encoding: "base64" } as const;
        const mac = computeMac(rule, [Buffer.from("a."), body], secret);
        expect(mac).toBe(expected.digest("base64"));
      }
    }
  },
);

test("computeMac() keeps nothing of one call for the next, whatever their lengths", () => {
  const rule = { kind: "hmac", digest: "sha256", encoding: "hex" } as const;
  const macOf = (text: string, secret: string) => computeMac(rule, [Buffer.from(text)], secret);
  const first = macOf("long long long", "one");
  expect(macOf("short", "two")).toBe(createHmac("sha256", "two").update("short").digest("hex"));
  expect(macOf("long long long", "one")).toBe(first);
});
