import { createHash } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { ebay } from "./ebay.ts";

const SETTINGS = { verification_token: "71745723-d031-455c-bfa5-f90d11b4f20a" };

// The URL is a part of the handshake's answer, and of nothing that eBay signs.
checkProvider({ ...ebay, needsPublicUrl: false }, { settings: SETTINGS });

// test/test.json of eBay's event-notification-nodejs-sdk, "VALID".
const KID = "9936261a-7d7b-4621-a0f1-96ccb428af49";
const KEY =
  "-----BEGIN PUBLIC KEY-----MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZhhxXKtR+TOvtDbgTPCkSof02qgBB7IsYOyf76ilExJ/upAa/vKIKheOoCyOpcLmi4t0b4uepb7LLjmMr90FUg==-----END PUBLIC KEY-----";
const HEADER =
  "eyJhbGciOiJlY2RzYSIsImtpZCI6Ijk5MzYyNjFhLTdkN2ItNDYyMS1hMGYxLTk2Y2NiNDI4YWY0OSIsInNpZ25hdHVyZSI6Ik1FWUNJUUNmeGZJV3V4bVdjSUJRSjljNS9YN2lHREpxczJSQ0dzQkVhQWppbnlycmZBSWhBSVY2d0djVGlCdVY1S0pVaWYyaG9reXJMK1E5c3NIa2FkK214Mm5FRTI1dyIsImRpZ2VzdCI6IlNIQTEifQ==";
const MESSAGE = {
  metadata: { topic: "MARKETPLACE_ACCOUNT_DELETION", schemaVersion: "1.0", deprecated: false },
  notification: {
    notificationId: "49feeaeb-4982-42d9-a377-9645b8479411_33f7e043-fed8-442b-9d44-791923bd9a6d",
    eventDate: "2021-03-19T20:43:59.462Z",
    publishDate: "2021-03-19T20:43:59.679Z",
    publishAttemptCount: 1,
    data: {
      username: "test_user",
      userId: "ma8vp1jySJC",
      eiasToken: "nY+sHZ2PrBmdj6wVnY+sEZ2PrA2dj6wJnY+gAZGEpwmdj6x9nY+seQ==",
    },
  },
};

test("ebay verifies the example of the official package's tests", async () => {
  expect(await judge(JSON.stringify(MESSAGE), `${KID}|${KEY}`)).toMatchObject({
    ok: true,
    scheme: "ebay",
    intact: true,
  });
  expect(describeEvent(ebay, seen(JSON.stringify(MESSAGE)))).toMatchObject({
    type: "MARKETPLACE_ACCOUNT_DELETION",
    providerEventId: MESSAGE.notification.notificationId,
  });
});

test.each([
  ["its other example", JSON.stringify({ ...MESSAGE, metadata: {} }), `${KID}|${KEY}`],
  ["the same under another key's id", JSON.stringify(MESSAGE), `${KID.slice(0, -1)}7|${KEY}`],
  ["the same written otherwise", JSON.stringify(MESSAGE, null, 2), `${KID}|${KEY}`],
])("ebay refuses %s", async (_, body, secret) => {
  expect(await judge(body, secret)).toEqual({ ok: false, reason: "no_match" });
});

test("ebay answers a challenge with the digest of code, token and endpoint", () => {
  const endpoint = "https://hooks.example.com/api/webhooks/ebay";
  const hash = createHash("sha256").update(
    `a8628072-3d33${SETTINGS.verification_token}${endpoint}`,
  );
  expect(get("a8628072-3d33")).toEqual({
    status: 200,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "x-content-type-options": "nosniff",
    },
    body: JSON.stringify({ challengeResponse: hash.digest("hex") }),
  });
});

test("ebay answers no challenge without a token, and none that is not one", () => {
  expect(get("abc", {})).toMatchObject({ status: 403, body: "" });
  expect(get("abc", { verification_token: "" })).toMatchObject({ status: 403, body: "" });
  for (const code of ["", "%3C", "a&challenge_code=b"]) {
    expect(get(code)).toMatchObject({ status: 400, body: "" });
  }
  const options = { secrets: [], settings: SETTINGS };
  expect(ebay.handshake?.answer(seen("{}"), options)).toBeNull();
});

function seen(body: string) {
  const headers = { "x-ebay-signature": HEADER };
  return incoming({ ...sampleRequest(ebay), headers, body: Buffer.from(body) }, NOW);
}

function judge(body: string, value: string) {
  return verify(ebay.recipe, seen(body), { secrets: [{ id: "1", value }] });
}

function get(code: string, settings: Record<string, string> = SETTINGS) {
  const url = `https://hooks.example.com/api/webhooks/ebay?challenge_code=${code}`;
  const request = { method: "GET", url, headers: {}, body: new Uint8Array() };
  return ebay.handshake?.answer(incoming(request, NOW), { secrets: [], settings });
}
