import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { checkConfig } from "./check_config.ts";

const NOW = Date.parse("2026-10-15T12:00:00Z");

/** Of a key that nobody has kept. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUEZaf150jITFrV77KFeiY2y88vBwwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHZXhhbXBsZTAeFw0yNjExMjQwNDMzNTFaFw0yNjExMjUwNDMz
NTFaMBIxEDAOBgNVBAMMB2V4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AATkGyz71McCWHjnB0xbK57qUGw+CbRFr4c4kKLcHuGsiafi8SZv6+SO1ZjeIjXp
B4rjVCiitAEuap01weDue79So1MwUTAdBgNVHQ4EFgQUf7st1TpBAsDD843Mh/5s
/VZ6aikwHwYDVR0jBBgwFoAUf7st1TpBAsDD843Mh/5s/VZ6aikwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAkKytzi7tB2Y4ecf6EoCgKsrjHLpu
5s4O69RIv6hrAiACIBodMsviiHcIFMvHxoMQatzUNnaOuHvaYr4LyLn8Ddri
-----END CERTIFICATE-----
`;

let folder: TemporaryDirectory;
beforeAll(async () => {
  folder = await temporaryDirectory();
  writeFileSync(join(folder.path, "certificate.pem"), CERTIFICATE);
  writeFileSync(join(folder.path, "other.pem"), "-----BEGIN CERTIFICATE-----\nno\n");
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

test("trialCertificate keeps nothing of its file but the certificate", () => {
  const key = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n";
  writeFileSync(join(folder.path, "both.pem"), `${key}${CERTIFICATE}`);
  const source = check("paypal", "both.pem").config?.sources[0];
  expect(source).toMatchObject({ trialCertificate: CERTIFICATE });
});

test("trialCertificate of an own recipe is refused if that signs without a certificate", () => {
  const recipe = {
    kind: "hmac",
    scheme: "own",
    signature: { header: "x-sign" },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  };
  const sources = { shop: { recipe, secrets: ["a"], trialCertificate: "certificate.pem" } };
  expect(checkConfig({ sources }, { dir: folder.path, now: NOW })).toEqual({
    config: null,
    problems: [
      "sources.shop.trialCertificate is only for recipes of kind certificate, or with a keySet",
    ],
  });
});

function check(provider: string, trialCertificate: unknown) {
  const sources = { shop: { provider, secrets: ["WEBHOOKID"], trialCertificate } };
  return checkConfig({ sources }, { dir: folder.path, now: NOW });
}

test("trialCertificate becomes the certificate in its file, with a warning", () => {
  const checked = check("paypal", "certificate.pem");
  expect(checked.config?.sources[0]).toMatchObject({ trialCertificate: CERTIFICATE });
  expect(checked).toMatchObject({
    warnings: [
      expect.stringMatching(
        /^sources.shop: trialCertificate is trusted instead of what the provider publishes/,
      ),
    ],
  });
});

test("without a trialCertificate none is trusted", () => {
  expect(check("paypal", undefined).config?.sources[0]).not.toHaveProperty("trialCertificate");
});

test.each([
  ["paypal", "nowhere.pem", /trialCertificate names .*nowhere\.pem, which is neither a PEM certif/],
  ["paypal", "other.pem", /which is neither a PEM certificate/],
  ["paypal", ".", /which is neither a PEM certificate/],
  ["paypal", "", /sources\.shop\.trialCertificate/],
  ["paypal", 1, /sources\.shop\.trialCertificate/],
  [
    "stripe",
    "certificate.pem",
    /is only for providers that publish a certificate or keys, which Stripe does not/,
  ],
])("trialCertificate of %s is refused: %j", (provider, value, expected) => {
  const checked = check(provider, value);
  expect(checked).toMatchObject({ config: null });
  expect(checked.config === null ? checked.problems.join("\n") : "").toMatch(expected);
});
