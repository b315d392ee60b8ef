import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { zendesk } from "./zendesk.ts";

const TIME = "2026-01-02T03:04:05Z";

checkProvider(zendesk);

test.each([
  ["the documented formula", `${TIME}`, TIME, { ok: true, intact: true, signedAt: NOW }],
  ["something between time and body", `${TIME}.`, TIME, { ok: false, reason: "no_match" }],
  ["the same time written otherwise", TIME, "2026-01-02T03:04:05.000Z", { reason: "no_match" }],
  ["a time in seconds", "1767323045", "1767323045", { ok: false, reason: "malformed_header" }],
])("zendesk judges what is signed with %s", async (_, signed, time, verdict) => {
  const request = sampleRequest(zendesk);
  const mac = createHmac("sha256", "secret").update(signed).update(request.body);
  const headers = {
    "x-zendesk-webhook-signature": mac.digest("base64"),
    "x-zendesk-webhook-signature-timestamp": time,
  };
  const secrets = [{ id: "1", value: "secret" }];
  const seen = incoming({ ...request, headers }, NOW);
  expect(await verify(zendesk.recipe, seen, { secrets })).toMatchObject(verdict);
});

test("zendesk verifies an empty body, and takes the type that a trigger sends", async () => {
  const mac = createHmac("sha256", "secret").update(TIME).digest("base64");
  const headers = {
    "x-zendesk-webhook-signature": mac,
    "x-zendesk-webhook-signature-timestamp": TIME,
    "x-zendesk-webhook-invocation-id": "i1",
  };
  const request = { ...sampleRequest(zendesk), headers };
  const empty = incoming({ ...request, body: Buffer.alloc(0) }, NOW);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(zendesk.recipe, empty, { secrets })).toMatchObject({ ok: true });
  expect(describeEvent(zendesk, empty)).toMatchObject({ type: "unknown", providerEventId: "i1" });
  const custom = incoming({ ...request, body: Buffer.from('{"type":"refund","id":1}') }, NOW);
  expect(describeEvent(zendesk, custom)).toMatchObject({ type: "refund", providerEventId: "i1" });
});
