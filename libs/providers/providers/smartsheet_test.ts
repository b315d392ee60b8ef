import { createHmac } from "node:crypto";
import { incoming, type OutgoingRequest, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { smartsheet } from "./smartsheet.ts";

checkProvider(smartsheet);

test.each([
  ["the documented formula", "secret", { ok: true, intact: true }],
  ["another key", "other", { ok: false, reason: "no_match" }],
])("smartsheet judges a signature with %s", async (_, key, expected) => {
  const seen = incoming(signed(sampleRequest(smartsheet), key), NOW);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(smartsheet.recipe, seen, { secrets })).toMatchObject(expected);
  expect(describeEvent(smartsheet, seen)).toMatchObject({
    type: "row.created",
    providerEventId: `00000000-0000-4000-8000-${String(NOW).padStart(12, "0")}`,
  });
});

test("smartsheet echoes a challenge in a header and in the body", () => {
  const answer = (challenge: string) => {
    const request = smartsheet.handshake?.sample(challenge, { url: "https://a.example/hook" });
    return (
      request && smartsheet.handshake?.answer(incoming(request, NOW), { secrets: [], settings: {} })
    );
  };
  expect(answer("5280a0b6-4d1b")).toMatchObject({
    status: 200,
    headers: { "smartsheet-hook-response": "5280a0b6-4d1b" },
    body: '{"smartsheetHookResponse":"5280a0b6-4d1b"}',
  });
  for (const challenge of ["", "a\nb", "<b>"]) {
    expect(answer(challenge)).toMatchObject({ status: 400, body: "" });
  }
});

test.each([
  ['{"nonce":"n","newWebhookStatus":"DISABLED_BY_OWNER"}', "webhook.DISABLED_BY_OWNER", "n"],
  [
    '{"events":[{"objectType":"row","eventType":"created"},{"objectType":"row","eventType":"deleted"}]}',
    "mixed",
    "",
  ],
  ['{"events":[]}', "unknown", ""],
])("smartsheet reads %s", (body, type, providerEventId) => {
  const request = { ...sampleRequest(smartsheet), body: Buffer.from(body) };
  expect(describeEvent(smartsheet, incoming(request, NOW))).toMatchObject({
    type,
    providerEventId,
  });
});

function signed(request: OutgoingRequest, key: string): OutgoingRequest {
  const mac = createHmac("sha256", key).update(request.body).digest("hex");
  const headers = { ...request.headers, "smartsheet-hmac-sha256": mac };
  return { ...request, headers };
}
