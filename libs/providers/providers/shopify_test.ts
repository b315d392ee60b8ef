import "@shopify/shopify-api/adapters/node";
import { incoming, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { ApiVersion, LogSeverity, shopifyApi } from "@shopify/shopify-api";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { shopify } from "./shopify.ts";

checkProvider(shopify, {
  oracle: {
    async verify({ method, url, headers, body }, { secret }) {
      const { webhooks } = shopifyApi({
        apiKey: "key",
        apiSecretKey: secret,
        apiVersion: ApiVersion.January26,
        hostName: "hooks.example.com",
        isEmbeddedApp: false,
        logger: { level: LogSeverity.Error, log: () => {} },
      });
      const rawRequest = { method, url, headers };
      const rawBody = Buffer.from(body).toString();
      return (await webhooks.validate({ rawBody, rawRequest, rawResponse: {} })).valid;
    },
  },
});

test("shopify verifies what its newer Events sign, and reads topic and action", async () => {
  const request = sign(shopify.recipe, sampleRequest(shopify), { secret: "s", now: NOW });
  const seen = incoming(
    {
      ...request,
      headers: {
        "shopify-hmac-sha256": request.headers["x-shopify-hmac-sha256"] ?? "",
        "shopify-topic": "Product",
        "shopify-action": "update",
        "shopify-webhook-id": "w1",
      },
    },
    NOW,
  );
  const verdict = await verify(shopify.recipe, seen, { secrets: [{ id: "1", value: "s" }] });
  expect(verdict).toMatchObject({ ok: true });
  expect(describeEvent(shopify, seen)).toMatchObject({
    providerType: "Product/update",
    providerEventId: "w1",
  });
});

test.each([
  ["sale", "success", "order_transactions/create"],
  ["sale", "failure", "payment.failed"],
  ["capture", "error", "payment.failed"],
  ["refund", "failure", "order_transactions/create"],
  ["authorization", "failure", "order_transactions/create"],
])("shopify calls a transaction of kind %s and status %s %s", (kind, status, type) => {
  const request = sampleRequest(shopify);
  const headers = { "x-shopify-topic": "order_transactions/create" };
  const body = Buffer.from(JSON.stringify({ kind, status }));
  expect(describeEvent(shopify, incoming({ ...request, headers, body }, NOW)).type).toBe(type);
});
