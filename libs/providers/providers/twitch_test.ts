import { createHmac } from "node:crypto";
import { incoming, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { twitch } from "./twitch.ts";

checkProvider(twitch);

const SECRETS = [{ id: "1", value: "s3cre77890ab" }];

test("twitch verifies the documented formula, nanoseconds and all", async () => {
  const request = sampleRequest(twitch);
  const id = "e76c6bd4-55c9-4987-8304-da1588d8988b";
  const timestamp = "2026-01-02T03:04:05.123456789Z";
  const mac = createHmac("sha256", "s3cre77890ab")
    .update(id + timestamp)
    .update(request.body);
  const headers = {
    "twitch-eventsub-message-id": id,
    "twitch-eventsub-message-timestamp": timestamp,
    "twitch-eventsub-message-signature": `sha256=${mac.digest("hex")}`,
  };
  const seen = incoming({ ...request, headers }, NOW);
  expect(await verify(twitch.recipe, seen, { secrets: SECRETS })).toMatchObject({
    ok: true,
    signedAt: NOW + 123,
  });
  expect(describeEvent(twitch, seen).providerEventId).toBe(id);
});

test("twitch answers a challenge with its text alone", () => {
  const request = twitch.handshake?.sample("pogchamp-kappa-360noscope-vohiyo", {
    url: "https://hooks.example.com/api/webhooks/twitch",
  });
  expect(request && twitch.handshake?.answer(incoming(request, NOW), options())).toEqual({
    status: 200,
    headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
    body: "pogchamp-kappa-360noscope-vohiyo",
  });
});

test("twitch goes by what is signed, not by the header that names the kind of a message", async () => {
  const signed = sign(twitch.recipe, sampleRequest(twitch), { secret: "s3cre77890ab", now: NOW });
  const headers = {
    ...signed.headers,
    "twitch-eventsub-message-type": "webhook_callback_verification",
    "twitch-eventsub-subscription-type": "stream.offline",
  };
  const seen = incoming({ ...signed, headers }, NOW);
  expect((await verify(twitch.recipe, seen, { secrets: SECRETS })).ok).toBe(true);
  expect(twitch.handshake?.answer(seen, options())).toBeNull();
  expect(describeEvent(twitch, seen).type).toBe("channel.follow");
});

test.each([
  ['{"subscription":{"type":"drop.entitlement.grant"},"events":[]}', "drop.entitlement.grant"],
  ['{"subscription":{"type":"channel.follow","status":"user_removed"}}', "revocation"],
  ['{"subscription":{}}', "unknown"],
])("twitch describes %s", (body, type) => {
  const request = { ...sampleRequest(twitch), body: Buffer.from(body) };
  expect(describeEvent(twitch, incoming(request, NOW)).type).toBe(type);
});

function options() {
  return { secrets: SECRETS, settings: {} };
}
