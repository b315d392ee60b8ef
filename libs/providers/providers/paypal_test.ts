import { createSign, generateKeyPairSync } from "node:crypto";
import { crc32 } from "node:zlib";
import {
  incoming,
  makeCertificate,
  type OutgoingRequest,
  type Verdict,
  verify,
} from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { paypal } from "./paypal.ts";

const PAIR = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const KEYS = {
  secret: "1JE4291016473214C",
  privateKey: String(PAIR.privateKey.export({ format: "pem", type: "pkcs8" })),
  // Valid for as long as the checks of a tolerance that there is not go back and forth.
  certificate: makeCertificate(PAIR, { from: 0, to: Date.parse("2099-01-01") }),
};
const CERTIFICATE = "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270";

checkProvider(paypal, { keys: KEYS });

test("paypal refuses a body with one bit changed", async () => {
  const request = signByFormula();
  for (let bit = 0; bit < request.body.length * 8; bit += 1) {
    const body = Buffer.from(request.body);
    body.writeUInt8(body.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(await judge({ ...request, body })).toEqual({ ok: false, reason: "no_match" });
  }
});

test("paypal verifies what its documented formula signs", async () => {
  expect(await judge(signByFormula())).toMatchObject({
    ok: true,
    signedAt: Date.parse("2026-01-02T03:04:05Z"),
    intact: false,
  });
});

test("paypal refuses an event for another webhook", async () => {
  const verdict = await judge(signByFormula({ webhookId: "2JE4291016473214C" }));
  expect(verdict).toEqual({ ok: false, reason: "no_match" });
});

test.each([
  ["http://api.paypal.com/v1/notifications/certs/CERT-1"],
  ["https://api.paypal.com.example.com/v1/notifications/certs/CERT-1"],
  ["https://example.com/v1/notifications/certs/CERT-1"],
  ["https://www.paypal.com/v1/notifications/certs/CERT-1"],
  ["https://api.paypal.com@example.com/v1/notifications/certs/CERT-1"],
  ["https://api.paypal.com:8443/v1/notifications/certs/CERT-1"],
  ["https://api.paypal.com/v1/notifications/certs/../../x"],
  ["https://api.paypal.com/cert.pem?/v1/notifications/certs/CERT-1"],
])("paypal trusts no certificate at %s", async (certificateUrl) => {
  const request = signByFormula({ certificateUrl });
  const verdict = await judge(request, new Map([[certificateUrl, KEYS.certificate]]));
  expect(verdict).toEqual({ ok: false, reason: "certificate_not_trusted" });
});

test("paypal asks for a certificate of its sandbox", async () => {
  const url = CERTIFICATE.replace("api.", "api.sandbox.");
  expect(await judge(signByFormula({ certificateUrl: url }))).toEqual({
    ok: false,
    reason: "certificate_needed",
    url,
  });
});

test("paypal refuses an algorithm that it does not know", async () => {
  const { headers, ...request } = signByFormula();
  const verdict = await judge({
    ...request,
    headers: { ...headers, "paypal-auth-algo": "MD5withRSA" },
  });
  expect(verdict).toEqual({ ok: false, reason: "unknown_version" });
});

function signByFormula({
  webhookId = KEYS.secret,
  certificateUrl = CERTIFICATE,
} = {}): OutgoingRequest {
  const request = sampleRequest(paypal);
  const id = "69cd13f0-d67a-11e5-baa3-778b53f4ae55";
  const time = "2026-01-02T03:04:05Z";
  const signed = `${id}|${time}|${webhookId}|${crc32(request.body)}`;
  return {
    ...request,
    headers: {
      "paypal-transmission-id": id,
      "paypal-transmission-time": time,
      "paypal-transmission-sig": createSign("RSA-SHA256")
        .update(signed)
        .sign(KEYS.privateKey, "base64"),
      "paypal-cert-url": certificateUrl,
      "paypal-auth-algo": "SHA256withRSA",
    },
  };
}

function judge(
  request: OutgoingRequest,
  certificates: ReadonlyMap<string, string> = new Map([[CERTIFICATE, KEYS.certificate]]),
): Verdict | Promise<Verdict> {
  const secrets = [{ id: "1", value: KEYS.secret }];
  return verify(paypal.recipe, incoming(request, NOW), { secrets, certificates });
}
