import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { woocommerce } from "./woocommerce.ts";

const PING = {
  method: "POST",
  url: "https://hooks.example.com/api/webhooks/shop",
  headers: { "content-type": "application/x-www-form-urlencoded" },
};

checkProvider(woocommerce);

test("woocommerce verifies what its documented formula signs", async () => {
  const request = sampleRequest(woocommerce);
  const signature = createHmac("sha256", "s & s").update(request.body).digest("base64");
  const headers = { ...request.headers, "x-wc-webhook-signature": signature };
  const secrets = [{ id: "1", value: "s & s" }];
  const seen = incoming({ ...request, headers }, NOW);
  expect(await verify(woocommerce.recipe, seen, { secrets })).toMatchObject({
    ok: true,
    signature,
  });
});

test("woocommerce answers the ping that activates a webhook, without content", () => {
  expect(answer("webhook_id=42")).toMatchObject({ status: 200, body: "" });
});

test.each([
  ["an event", { body: '{"id":727}' }],
  ["a ping with more in it", { body: "webhook_id=42&a=1" }],
  ["a ping without a number", { body: "webhook_id=" }],
  ["a very long number", { body: `webhook_id=${"1".repeat(60)}` }],
  ["an empty body", { body: "" }],
  ["what is signed", { body: "webhook_id=42", headers: { "x-wc-webhook-signature": "x" } }],
  ["another method", { body: "webhook_id=42", method: "GET" }],
])("woocommerce takes %s for no ping", (_, { body, ...changed }) => {
  expect(answer(body, changed)).toBeNull();
});

test.each([
  ["order.updated", { status: "processing" }, "payment.success"],
  ["order.updated", { status: "completed" }, "payment.success"],
  ["order.updated", { status: "on-hold" }, "order.updated.on-hold"],
  ["order.updated", {}, "order.updated"],
  ["order.created", { status: "completed" }, "order.created"],
  ["subscription.updated", { status: "cancelled" }, "subscription.cancelled"],
  ["action.woocommerce_payment_complete", { arg: 1 }, "action.woocommerce_payment_complete"],
])("woocommerce calls %s with %j %s", (topic, body, type) => {
  const headers = { "x-wc-webhook-topic": topic };
  const request = { ...PING, headers, body: Buffer.from(JSON.stringify(body)) };
  expect(describeEvent(woocommerce, incoming(request, NOW)).type).toBe(type);
});

function answer(body: string, changed: object = {}) {
  const request = { ...PING, ...changed, body: Buffer.from(body) };
  return woocommerce.handshake?.answer(incoming(request, NOW), { secrets: [], settings: {} });
}
