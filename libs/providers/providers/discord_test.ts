import { incoming } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { verifyKey } from "discord-interactions";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { discord } from "./discord.ts";

checkProvider(discord, {
  oracle: {
    verify: ({ headers, body }, { secret }) =>
      verifyKey(
        Buffer.from(body),
        headers["x-signature-ed25519"] ?? "",
        headers["x-signature-timestamp"] ?? "",
        secret,
      ),
    // The official function reads `0g` as 0: what is no hexadecimal digit does not stop it.
    lenient: ({ headers }, { place }) =>
      place === "x-signature-ed25519" && !/^[0-9a-f]+$/.test(headers[place] ?? ""),
  },
});

test.each([
  [
    "an interaction's PING with a PONG",
    '{"id":"1","token":"t","type":1,"version":1}',
    { status: 200, body: '{"type":1}' },
  ],
  [
    "a webhook's PING with nothing",
    '{"version":1,"application_id":"1","type":0}',
    { status: 204, body: "" },
  ],
])("discord answers %s", (_, body, response) => {
  expect(answer(body)).toEqual({
    headers: expect.objectContaining({ "content-type": "application/json; charset=utf-8" }),
    ...response,
  });
});

test.each([
  [
    "a webhook event, whose type is a PING's number",
    '{"version":1,"type":1,"event":{"type":"ENTITLEMENT_CREATE"}}',
  ],
  ["a command", '{"id":"1","type":2,"version":1}'],
  ["a text for a number", '{"type":"1"}'],
  ["no JSON", "type=1"],
])("discord takes %s for an event", (_, body) => {
  expect(answer(body)).toBeNull();
});

test.each([
  ['{"type":1,"event":{"type":"ENTITLEMENT_CREATE"}}', "ENTITLEMENT_CREATE", ""],
  ['{"type":3,"id":"7"}', "MESSAGE_COMPONENT", "7"],
  ['{"type":9,"id":"7"}', "unknown", "7"],
])("discord describes %s", (body, type, providerEventId) => {
  expect(describeEvent(discord, seen(body))).toMatchObject({ type, providerEventId });
});

function seen(body: string) {
  return incoming({ ...sampleRequest(discord), body: Buffer.from(body) }, NOW);
}

function answer(body: string) {
  return discord.handshake?.answer(seen(body), { secrets: [], settings: {} });
}
