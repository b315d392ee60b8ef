import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { LinearWebhookClient } from "@linear/sdk/webhooks";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { linear } from "./linear.ts";

checkProvider(linear, {
  oracle: {
    verify: ({ headers, body }, { secret }) =>
      new LinearWebhookClient(secret).verify(Buffer.from(body), headers["linear-signature"] ?? ""),
  },
});

test.each([
  ["no time", "{}", "missing_header"],
  ["a time that is no number", '{"webhookTimestamp":"soon"}', "malformed_header"],
  ["a time in seconds", `{"webhookTimestamp":${NOW / 1_000}}`, "stale"],
  ["no JSON", "[", "missing_header"],
])("linear refuses a signed body with %s", async (_, body, reason) => {
  expect(await judge(body)).toMatchObject({ ok: false, reason });
});

test("linear uses the signed time and ignores the header", async () => {
  const old = JSON.stringify({ webhookTimestamp: NOW - 61_000 });
  expect(await judge(old)).toMatchObject({ ok: false, reason: "stale", skewSeconds: 61 });
});

test.each([
  ['{"type":"Issue","action":"update"}', "Issue.update", true],
  ['{"type":"AppUserNotification"}', "AppUserNotification", true],
  ['{"action":"create"}', "unknown", false],
  ['{"type":1,"action":2}', "unknown", false],
])("linear describes %s", (body, type, readable) => {
  const request = { ...sampleRequest(linear), body: Buffer.from(body) };
  const found = describeEvent(linear, incoming(request, NOW));
  expect(found).toMatchObject({ type, readable });
  expect(found.providerEventId).toBe(request.headers["linear-delivery"]);
});

function judge(body: string) {
  const headers = {
    "linear-signature": createHmac("sha256", "secret").update(body).digest("hex"),
    "linear-timestamp": `${NOW}`,
  };
  const request = { ...sampleRequest(linear), headers, body: Buffer.from(body) };
  return verify(linear.recipe, incoming(request, NOW), { secrets: [{ id: "1", value: "secret" }] });
}
