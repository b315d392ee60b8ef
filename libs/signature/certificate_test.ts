import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { expect, test } from "@jest/globals";
import { isPinned } from "./certificate.ts";
import { makeCertificate } from "./make_secret.ts";
import type { CertificateRecipe } from "./recipe.ts";
import { sign } from "./sign.ts";
import { incoming } from "./signed_request.ts";
import { verify } from "./verify.ts";

const NOW = Date.parse("2026-01-02T03:04:05Z");
const KEYS = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const FROM = NOW - 1_000;
const TO = NOW + 1_000;
const PEM = makeCertificate(KEYS, { from: FROM, to: TO });
const URL_TEXT = "https://sns.eu-west-1.amazonaws.com/certs/a.pem";
const RECIPE: CertificateRecipe = {
  kind: "certificate",
  scheme: "test",
  signature: { header: "x-signature" },
  encoding: "base64",
  digest: "sha256",
  certificate: {
    url: { header: "x-url" },
    hosts: ["sns.*.amazonaws.com", "api.example.com"],
    path: "/certs/",
  },
  signed: ["secret", "body"],
};

function judge(
  certificates: Iterable<[string, string]>,
  { url = URL_TEXT, receivedAt = NOW, recipe = RECIPE } = {},
) {
  const unsigned = {
    method: "POST",
    url: "https://example.com/",
    headers: { "x-url": url, "x-algorithm": "none" },
    body: Buffer.from("{}"),
  };
  const request = sign(RECIPE, unsigned, { secret: "s", privateKey: KEYS.privateKey, now: NOW });
  const options = { secrets: [{ id: "1", value: "s" }], certificates: new Map(certificates) };
  return verify(recipe, incoming(request, receivedAt), options);
}

test("makeCertificate() makes a certificate of the key that any X.509 parser reads", () => {
  const certificate = new X509Certificate(PEM);
  expect(certificate.verify(KEYS.publicKey)).toBe(true);
  expect(certificate.publicKey.equals(KEYS.publicKey)).toBe(true);
  expect(Date.parse(certificate.validFrom)).toBe(FROM);
  expect(Date.parse(certificate.validTo)).toBe(TO);
});

test("verify() asks for the certificate that it needs, then accepts", async () => {
  expect(await judge([])).toEqual({ ok: false, reason: "certificate_needed", url: URL_TEXT });
  expect(await judge([[URL_TEXT, PEM]])).toMatchObject({ ok: true, secretId: "1" });
});

test("verify() takes a certificate within its time only, as of the time of receipt", async () => {
  const reasons = [FROM, TO, FROM - 1_000, TO + 1_000].map(async (receivedAt) => {
    const verdict = await judge([[URL_TEXT, PEM]], { receivedAt });
    return verdict.ok || verdict.reason;
  });
  const refused = "certificate_not_trusted";
  expect(await Promise.all(reasons)).toEqual([true, true, refused, refused]);
});

test.each([
  ["no certificate", "nonsense"],
  ["an empty one", ""],
  ["one too long", PEM + "\n".repeat(40_000)],
])("verify() trusts no certificate that is %s", async (_, pem) => {
  const verdict = await judge([[URL_TEXT, pem]]);
  expect(verdict).toEqual({ ok: false, reason: "certificate_not_trusted" });
});

test("verify() refuses the signature of another certificate's key, and an algorithm it does not know", async () => {
  const other = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const pem = makeCertificate(other, { from: FROM, to: TO });
  expect(await judge([[URL_TEXT, pem]])).toEqual({ ok: false, reason: "no_match" });
  const digest = { from: { header: "x-algorithm" }, names: { SHA256withRSA: "sha256" } } as const;
  const verdict = await judge([[URL_TEXT, PEM]], { recipe: { ...RECIPE, digest } });
  expect(verdict).toEqual({ ok: false, reason: "unknown_version" });
});

test("verify() refuses a recipe that ties the certificate to no account", async () => {
  const verdict = await judge([[URL_TEXT, PEM]], { recipe: { ...RECIPE, signed: ["body"] } });
  expect(verdict).toEqual({ ok: false, reason: "no_match" });
});

test.each([
  ["https://sns.us-east-1.amazonaws.com/certs/SimpleNotificationService-0f.pem", true],
  ["https://api.example.com/certs/CERT-1", true],
  ["http://api.example.com/certs/a", false],
  ["https://api.example.com:8443/certs/a", false],
  ["https://api.example.com:443/certs/a", false],
  ["https://api.example.com/other/a", false],
  ["https://api.example.com/certs/../other/a", false],
  ["https://api.example.com/certs/%2e%2e/other/a", false],
  ["https://api.example.com/certs/..%2fother/a", false],
  ["https://api.example.com/certs\\a", false],
  ["https://api.example.com/certs/a?x=1", false],
  ["https://api.example.com/certs/a#x", false],
  ["https://user@api.example.com/certs/a", false],
  ["https://api.example.com@evil.example/certs/a", false],
  ["https://api.example.com.evil.example/certs/a", false],
  ["https://apiXexample.com/certs/a", false],
  ["https://evil.example/api.example.com/certs/a", false],
  ["https://sns.evil.example/.amazonaws.com/certs/a", false],
  ["https://sns..amazonaws.com/certs/a", false],
  ["https://sns.a.b.amazonaws.com/certs/a", false],
  ["https://API.example.com/certs/a", false],
  ["https://api.example.com./certs/a", false],
  [" https://api.example.com/certs/a", false],
  ["https://api.example.com/certs/a\n", false],
  ["https://127.0.0.1/certs/a", false],
  ["file:///certs/a", false],
  ["//api.example.com/certs/a", false],
  ["", false],
  [`https://api.example.com/certs/${"a".repeat(2_000)}`, false],
])("isPinned() of %j is %p", (url, expected) => {
  expect(isPinned(RECIPE.certificate, url)).toBe(expected);
});
