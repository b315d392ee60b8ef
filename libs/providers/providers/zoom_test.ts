import { createHmac } from "node:crypto";
import { incoming, type OutgoingRequest, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { zoom } from "./zoom.ts";

checkProvider(zoom);

const URL = "https://hooks.example.com/api/webhooks/zoom";
const SECRETS = [
  { id: "old", value: "secret-token-1" },
  { id: "new", value: "secret-token-2" },
];
const SECONDS = Math.floor(NOW / 1_000);

test("zoom verifies the documented formula", async () => {
  const request = sampleRequest(zoom);
  const mac = hmac("secret-token-2", `v0:${SECONDS}:${Buffer.from(request.body)}`);
  const headers = { "x-zm-signature": `v0=${mac}`, "x-zm-request-timestamp": `${SECONDS}` };
  const verdict = await verify(zoom.recipe, incoming({ ...request, headers }, NOW), {
    secrets: SECRETS,
  });
  expect(verdict).toMatchObject({ ok: true, secretId: "new", signedAt: SECONDS * 1_000 });
});

test.each(SECRETS)(
  "zoom answers a validation with the secret that it was signed with, $id",
  ({ value }) => {
    expect(answer(validation("qgg8vlvZRS6UYooatFL8Aw", value))).toMatchObject({
      status: 200,
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify({
        plainToken: "qgg8vlvZRS6UYooatFL8Aw",
        encryptedToken: hmac(value, "qgg8vlvZRS6UYooatFL8Aw"),
      }),
    });
  },
);

test("zoom signs nothing for who has not signed", () => {
  const refused = { status: 401, body: "", refused: expect.any(String) };
  const unsigned = zoom.handshake?.sample("abc", { url: URL });
  expect(unsigned && answer(unsigned)).toMatchObject(refused);
  expect(answer(validation("abc", "another secret"))).toMatchObject(refused);
  const signed = validation("abc", "secret-token-1");
  const late = zoom.handshake?.answer(incoming(signed, NOW + 301_000), options());
  expect(late).toMatchObject(refused);
});

test.each([
  ["an event to be signed", `v0:${SECONDS}:{"event":"meeting.started"}`],
  ["a token with a colon", "a:b"],
  ["an empty token", ""],
  ["a page", "<script>"],
  ["a long token", "a".repeat(501)],
])("zoom signs no %s, though it is signed itself", (_, token) => {
  const request = validation(token, "secret-token-1");
  expect(answer(request)).toMatchObject({ status: 400, body: "" });
});

test("zoom answers no handshake whose signature an event would verify with", async () => {
  const signed = validation("abc", "secret-token-1");
  const { body = "" } = answer(signed) ?? {};
  const { plainToken, encryptedToken } = JSON.parse(body);
  const headers = {
    "x-zm-signature": `v0=${encryptedToken}`,
    "x-zm-request-timestamp": `${SECONDS}`,
  };
  const forged = { ...sampleRequest(zoom), headers, body: Buffer.from(plainToken) };
  const verdict = await verify(zoom.recipe, incoming(forged, NOW), { secrets: SECRETS });
  expect(verdict).toEqual({ ok: false, reason: "no_match" });
});

function validation(token: string, secret: string): OutgoingRequest {
  const request = zoom.handshake?.sample(token, { url: URL });
  if (!request) throw new TypeError("Cannot try the handshake: there is none");
  return sign(zoom.recipe, request, { secret, now: NOW });
}

function answer(request: OutgoingRequest) {
  return zoom.handshake?.answer(incoming(request, NOW), options());
}

function options() {
  return { secrets: SECRETS, settings: {} };
}

function hmac(key: string, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}
