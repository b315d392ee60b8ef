import { incoming, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { WebhooksHelper } from "square";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { square } from "./square.ts";

checkProvider(square, {
  oracle: {
    verify: ({ url, headers, body }, { secret }) =>
      WebhooksHelper.verifySignature({
        requestBody: Buffer.from(body).toString(),
        signatureHeader: headers["x-square-hmacsha256-signature"] ?? "",
        signatureKey: secret,
        notificationUrl: url,
      }),
  },
});

test.each([
  "http://hooks.example.com/api/webhooks/example",
  "https://hooks.example.com:443/api/webhooks/example",
  "https://hooks.example.com/api/webhooks/example/",
  "https://hooks.example.com/api/webhooks/example?a=1",
])("square refuses what was signed for another URL (%s)", async (url) => {
  const request = sign(square.recipe, sampleRequest(square), { secret: "s", now: NOW });
  const secrets = [{ id: "1", value: "s" }];
  const verdict = await verify(square.recipe, incoming({ ...request, url }, NOW), { secrets });
  expect(verdict).toEqual({ ok: false, reason: "no_match" });
});

test.each([
  ["payment", "COMPLETED", "payment.success"],
  ["payment", "FAILED", "payment.failed"],
  ["payment", "APPROVED", "payment.updated.approved"],
  ["payment", "CANCELED", "payment.updated.canceled"],
  ["refund", "COMPLETED", "payment.refunded"],
  ["refund", "PENDING", "refund.updated.pending"],
  ["subscription", "CANCELED", "subscription.cancelled"],
  ["subscription", undefined, "subscription.updated"],
])("square calls a %s that becomes %s %s", (resource, status, type) => {
  const event = { type: `${resource}.updated`, data: { object: { [resource]: { status } } } };
  const body = Buffer.from(JSON.stringify(event));
  const request = incoming({ ...sampleRequest(square), body }, NOW);
  expect(describeEvent(square, request).type).toBe(type);
});
