import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { x } from "./x.ts";

checkProvider(x);

const SECRETS = [
  { id: "current", value: "consumer secret" },
  { id: "old", value: "another" },
];

test("x verifies the documented formula", async () => {
  const request = sampleRequest(x);
  const mac = createHmac("sha256", "consumer secret").update(request.body).digest("base64");
  const headers = { "x-twitter-webhooks-signature": `sha256=${mac}` };
  const verdict = await verify(x.recipe, incoming({ ...request, headers }, NOW), {
    secrets: SECRETS,
  });
  expect(verdict).toMatchObject({ ok: true, secretId: "current", signature: mac, intact: true });
});

test("x answers a check with the documented response token", () => {
  const mac = createHmac("sha256", "consumer secret").update("challenge_string").digest("base64");
  expect(answer("crc_token=challenge_string&nonce=abc")).toEqual({
    status: 200,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "x-content-type-options": "nosniff",
    },
    body: JSON.stringify({ response_token: `sha256=${mac}` }),
  });
});

test.each([
  ["an event", `crc_token=${encodeURIComponent('{"for_user_id":"1"}')}`],
  ["a list", "crc_token=%5B1%5D"],
  ["white space", "crc_token=%20a"],
  ["nothing", "crc_token="],
  ["two tokens", "crc_token=a&crc_token=b"],
  ["a long token", `crc_token=${"a".repeat(501)}`],
])("x signs no %s", (_, query) => {
  expect(answer(query)).toMatchObject({ status: 400, body: "", refused: expect.any(String) });
});

test("x signs nothing without a secret, and takes other requests for none of its checks", () => {
  expect(answer("crc_token=a", [])).toMatchObject({ status: 403, body: "" });
  expect(answer("crc_token=a", [{ id: "1", value: "" }])).toMatchObject({ status: 403 });
  expect(answer("nonce=a")).toBeNull();
  const request = { ...sampleRequest(x), url: "https://hooks.example.com/x?crc_token=a" };
  expect(x.handshake?.answer(incoming(request, NOW), options())).toBeNull();
});

test("x never answers a check with what an event would verify with", async () => {
  const letters = 'ABCXYZabcxyz0123456789._~+/=-{}[]":, \n\t1';
  const token = fc.oneof(
    fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 60 }),
    fc.constantFrom("1", "0", "true", "null", "1e5", "-1"),
  );
  await fc.assert(
    fc.asyncProperty(token, async (body) => {
      const response = answer(`crc_token=${encodeURIComponent(body)}`);
      if (response?.status !== 200) return;
      const signature = JSON.parse(response.body).response_token;
      const headers = { "x-twitter-webhooks-signature": signature };
      const forged = { ...sampleRequest(x), headers, body: Buffer.from(body) };
      const verdict = await verify(x.recipe, incoming(forged, NOW), { secrets: SECRETS });
      expect(verdict.ok).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['{"for_user_id":"1","tweet_create_events":[]}', "tweet_create_events", ""],
  ['{"user_event":{"revoke":{}}}', "user_event", ""],
  ['{"data":{"event_type":"follow.follow","event_uuid":"7"}}', "follow.follow", "7"],
  ['{"data":{"id":"1","text":"a"},"matching_rules":[{"id":"1"}]}', "matching_rules", ""],
  ['{"for_user_id":"1"}', "unknown", ""],
])("x describes %s", (body, type, providerEventId) => {
  const request = { ...sampleRequest(x), body: Buffer.from(body) };
  expect(describeEvent(x, incoming(request, NOW))).toMatchObject({ type, providerEventId });
});

function answer(query: string, secrets = SECRETS) {
  const url = `https://hooks.example.com/api/webhooks/x?${query}`;
  const request = { method: "GET", url, headers: {}, body: new Uint8Array() };
  return x.handshake?.answer(incoming(request, NOW), { secrets, settings: {} });
}

function options() {
  return { secrets: SECRETS, settings: {} };
}
