import { createHmac } from "node:crypto";
import { incoming, type OutgoingRequest, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { LINE_SIGNATURE_HTTP_HEADER_NAME, validateSignature } from "@line/bot-sdk";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { line } from "./line.ts";

checkProvider(line, {
  oracle: {
    verify: ({ headers, body }, { secret }) =>
      validateSignature(Buffer.from(body), secret, headers[LINE_SIGNATURE_HTTP_HEADER_NAME] ?? ""),
  },
});

test.each([
  ["the documented formula", "secret", { ok: true, intact: true }],
  ["another key", "other", { ok: false, reason: "no_match" }],
])("line judges a signature with %s", async (_, key, expected) => {
  const seen = incoming(signed(sampleRequest(line), key), NOW);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(line.recipe, seen, { secrets })).toMatchObject(expected);
  expect(describeEvent(line, seen)).toMatchObject({
    type: "message",
    providerEventId: `01H${NOW}`,
  });
});

test("line answers a request without events, and stores none for it", () => {
  const body = Buffer.from('{"destination":"U1","events":[]}');
  const request = { ...sampleRequest(line), body };
  const answer = (one: OutgoingRequest) =>
    line.handshake?.answer(incoming(one, NOW), { secrets: [], settings: {} });
  expect(answer(request)).toEqual({ status: 200, headers: {}, body: "" });
  expect(answer({ ...request, method: "GET" })).toBeNull();
  expect(answer({ ...request, body: Buffer.from('{"destination":"U1"}') })).toBeNull();
});

test("line names no single id for several events", () => {
  const events = [
    { type: "message", webhookEventId: "1" },
    { type: "follow", webhookEventId: "2" },
  ];
  const request = { ...sampleRequest(line), body: Buffer.from(JSON.stringify({ events })) };
  expect(describeEvent(line, incoming(request, NOW))).toMatchObject({
    type: "mixed",
    providerEventId: "",
  });
});

function signed(request: OutgoingRequest, key: string): OutgoingRequest {
  const mac = createHmac("sha256", key).update(request.body).digest("base64");
  const headers = { ...request.headers, "x-line-signature": mac };
  return { ...request, headers };
}
