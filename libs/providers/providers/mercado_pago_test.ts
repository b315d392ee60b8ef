import { createHmac } from "node:crypto";
import { incoming, type OutgoingRequest, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { WebhookSignatureValidator } from "mercadopago";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { mercadoPago } from "./mercado_pago.ts";

const HOOK = "https://hooks.example.com/api/webhooks/mercado_pago";
const checks = {
  signedHeaders: ["x-request-id"],
  tampered: [
    (request: OutgoingRequest) => ({ ...request, url: `${HOOK}?data.id=ORD01JQ4S5&type=order` }),
    (request: OutgoingRequest) => ({ ...request, url: HOOK }),
    (request: OutgoingRequest) => ({ ...request, url: `${request.url}&data.id=1` }),
  ],
};

checkProvider(mercadoPago, {
  url: `${HOOK}?data.id=ORD01JQ4S4&type=order`,
  ...checks,
  oracle: {
    verify({ url, headers }, { secret }) {
      WebhookSignatureValidator.validate({
        xSignature: headers["x-signature"],
        xRequestId: headers["x-request-id"],
        dataId: new URL(url).searchParams.get("data.id"),
        secret,
      });
      return true;
    },
  },
  schemes: { mercado_pago_lower_case: checks },
});

const SECONDS = String(NOW / 1_000);

test.each([
  [
    "the official package's manifest",
    "?data.id=ORD01",
    `id:ORD01;request-id:r;ts:${SECONDS};`,
    SECONDS,
  ],
  [
    "the documented one, in lower case",
    "?data.id=ORD01",
    `id:ord01;request-id:r;ts:${NOW};`,
    String(NOW),
  ],
  ["one without an id", "", `request-id:r;ts:${NOW};`, String(NOW)],
])("mercado_pago verifies a signature of %s", async (_, query, manifest, ts) => {
  const v1 = createHmac("sha256", "secret").update(manifest).digest("hex");
  const headers = { "x-request-id": "r", "x-signature": `ts=${ts},v1=${v1}` };
  const request = { ...sampleRequest(mercadoPago), url: HOOK + query, headers };
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(mercadoPago.recipe, incoming(request, NOW), { secrets })).toMatchObject({
    ok: true,
    intact: false,
    signedAt: NOW,
  });
});

test.each([
  // As the simulation of https://www.mercadopago.com/developers/panel/app sends a subscription's.
  [
    {
      action: "updated",
      data: { id: "1" },
      entity: "preapproval",
      id: "1",
      type: "subscription_preapproval",
    },
    "subscription_preapproval.updated",
  ],
  [
    {
      action: "created",
      data: { id: "1" },
      entity: "authorized_payment",
      id: 2,
      type: "subscription_authorized_payment",
    },
    "subscription_authorized_payment.created",
  ],
  [
    { action: "update", id: "23603350837", status: "closed", type: "topic_merchant_order_wh" },
    "topic_merchant_order_wh.update",
  ],
  [{ action: "payment.created", type: "payment", data: { id: "1" }, id: 3 }, "payment.created"],
  [{ action: "order.processed", type: "order", data: { id: "ORD01" } }, "order.processed"],
  [{ action: "application.deauthorized", type: "mp-connect", id: 4 }, "application.deauthorized"],
  [{ type: "topic_chargebacks_wh", id: 5 }, "topic_chargebacks_wh"],
  [{ action: "updated" }, "updated"],
  [
    { resource: "https://api.mercadolibre.com/merchant_orders/1", topic: "merchant_order" },
    "merchant_order",
  ],
  // Point's older notifications have neither.
  [
    { amount: 2555, id: "7d4", state: "FINISHED" },
    "point_integration_wh",
    "?type=point_integration_wh",
  ],
  [{}, "merchant_order", "?topic=merchant_order&id=1"],
])("mercado_pago reads %j", (json, type, query = "") => {
  const request = {
    ...sampleRequest(mercadoPago),
    url: HOOK + query,
    body: Buffer.from(JSON.stringify(json)),
  };
  expect(describeEvent(mercadoPago, incoming(request, NOW)).type).toBe(type);
});
