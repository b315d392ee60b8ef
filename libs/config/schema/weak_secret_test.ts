import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "@jest/globals";
import { findSecretFault, findWeakness } from "./weak_secret.ts";

const { publicKey } = generateKeyPairSync("ed25519");
const RSA = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;
const PEM = String(publicKey.export({ format: "pem", type: "spki" }));
const DER = publicKey.export({ format: "der", type: "spki" }).toString("base64");

test.each([
  ["<your secret>", "is a placeholder"],
  [`\${WEBHOOK_SECRET}`, "is a placeholder"],
  ["whsec_...", "is a placeholder"],
  ["$GITHUB_SECRET", "is a placeholder"],
  ["%GITHUB_SECRET%", "is a placeholder"],
  ["process.env.GITHUB_SECRET", "is a placeholder"],
  ["XXXXXXXX", "is a placeholder"],
  ["aaaaaaaaaaaaaaaa", "is one character repeated"],
  ["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "is one character repeated"],
  [PEM, "is a public key"],
  [DER, "is a public key"],
  [DER.replaceAll("+", "-").replaceAll("/", "_"), "is a public key"],
  [Buffer.from(PEM).toString("base64"), "is a public key"],
  [RSA.export({ format: "der", type: "pkcs1" }).toString("base64"), "is a public key"],
  [Buffer.from(RSA.export({ format: "pem", type: "pkcs1" })).toString("base64"), "is a public key"],
  [JSON.stringify(publicKey.export({ format: "jwk" })), "is a public key"],
  ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me", "is a public key"],
  ["ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAA me", "is a public key"],
  ["whpk_MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=", "is a public key"],
])("findSecretFault() refuses %j", (secret, problem) => {
  expect(findSecretFault(secret)).toContain(problem);
});

test("findSecretFault() accepts a public key where one is wanted", () => {
  expect(findSecretFault(PEM, { publicKeys: true })).toBeNull();
  expect(findSecretFault(DER, { publicKeys: true })).toBeNull();
});

test.each([
  ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", null],
  ["abcdefghij12345", null],
  ["44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056", null],
  ["M".padEnd(64, "x1y2"), null],
  [JSON.stringify({ kty: "oct", k: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }), null],
  ['{"a": "secret that looks like JSON', null],
  ["s3cret", "has fewer than 12 characters"],
  ["It's a Secret to Everybody", "is a well-known example"],
  ["your-webhook-secret", "is a well-known example"],
  ["changeme", "is a well-known example"],
  ["Password-123456", "is a well-known example"],
  ["$aKx81_mQ2pZ7vLr", null],
  ["abcabcabcabcabcabc", "repeats itself"],
  ["12345678901234", "is a sequence"],
  ["abcdefghijklmnopqrstuvwxyz", "is a sequence"],
  ["1234123412341234", "repeats itself"],
])("findWeakness() of %j is %j", (secret, weakness) => {
  expect(findSecretFault(secret)).toBeNull();
  expect(findWeakness(secret)).toBe(weakness);
});
