import { createHmac } from "node:crypto";
import { incoming, type OutgoingRequest, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { xero } from "./xero.ts";

checkProvider(xero);

test.each([
  ["the documented formula", "secret", { ok: true, intact: true }],
  ["another key", "other", { ok: false, reason: "no_match" }],
])("xero judges a signature with %s", async (_, key, expected) => {
  const seen = incoming(signed(sampleRequest(xero), key), NOW);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(xero.recipe, seen, { secrets })).toMatchObject(expected);
  expect(describeEvent(xero, seen)).toMatchObject({ type: "CONTACT.UPDATE", providerEventId: "" });
});

test("xero answers an intent to receive with nothing, and takes no event for one", () => {
  const intent = '{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"ABC"}';
  const answer = (request: OutgoingRequest) =>
    xero.handshake?.answer(incoming(request, NOW), { secrets: [], settings: {} });
  const request = { ...sampleRequest(xero), body: Buffer.from(intent) };
  expect(answer(request)).toEqual({ status: 200, headers: {}, body: "" });
  expect(answer(sampleRequest(xero))).toBeNull();
});

test.each([
  [
    "two categories",
    [
      { eventCategory: "A", eventType: "B" },
      { eventCategory: "C", eventType: "B" },
    ],
    "mixed",
  ],
  ["an event without a type", [{ eventCategory: "A" }], "unknown"],
  ["no list", null, "unknown"],
])("xero reads %s", (_, events, type) => {
  const request = { ...sampleRequest(xero), body: Buffer.from(JSON.stringify({ events })) };
  expect(describeEvent(xero, incoming(request, NOW)).type).toBe(type);
});

function signed(request: OutgoingRequest, key: string): OutgoingRequest {
  const mac = createHmac("sha256", key).update(request.body).digest("base64");
  const headers = { ...request.headers, "x-xero-signature": mac };
  return { ...request, headers };
}
