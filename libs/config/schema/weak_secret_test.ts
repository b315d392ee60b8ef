import { generateKeyPairSync } from "node:crypto";
import { findProvider } from "@hookgate/providers";
import { expect, test } from "@jest/globals";
import { findSecretFault, findWeakness } from "./weak_secret.ts";

const HMAC = findProvider("generic")?.recipe ?? null;
const ED25519 = findProvider("discord")?.recipe ?? null;

const { publicKey } = generateKeyPairSync("ed25519");
const PEM = String(publicKey.export({ format: "pem", type: "spki" }));
const DER = publicKey.export({ format: "der", type: "spki" }).toString("base64");

test.each([
  ["<your secret>", "is a placeholder"],
  [`\${WEBHOOK_SECRET}`, "is a placeholder"],
  ["whsec_...", "is a placeholder"],
  ["XXXXXXXX", "is a placeholder"],
  ["aaaaaaaaaaaaaaaa", "is one character repeated"],
  [PEM, "is a public key"],
  [DER, "is a public key"],
  ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me", "is a public key"],
])("findSecretFault() refuses %j", (secret, problem) => {
  expect(findSecretFault(secret, HMAC)).toContain(problem);
});

test("findSecretFault() accepts a public key where one is wanted", () => {
  expect(findSecretFault(PEM, ED25519)).toBeNull();
  expect(findSecretFault(DER, ED25519)).toBeNull();
});

test.each([
  ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", null],
  ["abcdefghij12345", null],
  ["44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056", null],
  ["M".padEnd(64, "x1y2"), null],
  ["s3cret", "has fewer than 12 characters"],
  ["It's a Secret to Everybody", "is a well-known example"],
  ["your-webhook-secret", "is a well-known example"],
  ["changeme", "is a well-known example"],
  ["abcabcabcabcabcabc", "repeats itself"],
  ["1234123412341234", "repeats itself"],
])("findWeakness() of %j is %j", (secret, weakness) => {
  expect(findSecretFault(secret, HMAC)).toBeNull();
  expect(findWeakness(secret, HMAC)).toBe(weakness);
  expect(findWeakness(secret, ED25519)).toBeNull();
});
