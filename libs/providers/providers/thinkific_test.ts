import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { thinkific } from "./thinkific.ts";

checkProvider(thinkific);

test("thinkific verifies what the documented formula signs, but not in base64", async () => {
  const request = sampleRequest(thinkific);
  const mac = createHmac("sha256", "key").update(request.body);
  const digest = mac.digest();
  const judge = (signature: string) => {
    const headers = { "x-thinkific-hmac-sha256": signature };
    const secrets = [{ id: "1", value: "key" }];
    return verify(thinkific.recipe, incoming({ ...request, headers }, NOW), { secrets });
  };
  expect(await judge(digest.toString("hex"))).toMatchObject({ ok: true, intact: true });
  const refused = { ok: false, reason: "malformed_header" };
  expect(await judge(digest.toString("base64"))).toEqual(refused);
});

test.each([
  ["enrollment", "created", {}, "course.enrolled"],
  ["enrollment", "trial", {}, "enrollment.trial"],
  ["enrollment", "progress", {}, "enrollment.progress"],
  ["subscription", "canceled", {}, "subscription.cancelled"],
  ["subscription", "past_due", {}, "subscription.past_due"],
  ["order", "created", { payment_type: "one-time" }, "order.created"],
  ["order", "created", { payment_type: "subscription" }, "subscription.created"],
  ["order", "created", null, "order.created"],
  ["order_transaction", "refunded", {}, "payment.refunded"],
])("thinkific calls %s.%s of %j %s", (resource, action, payload, type) => {
  const event = { id: "20190131191810790022472", resource, action, payload };
  const request = { ...sampleRequest(thinkific), body: Buffer.from(JSON.stringify(event)) };
  expect(describeEvent(thinkific, incoming(request, NOW))).toMatchObject({
    type,
    providerEventId: "20190131191810790022472",
    readable: true,
  });
});

test.each([
  [{ id: "1", resource: "enrollment" }, "enrollment"],
  [{ id: "1", action: "created" }, "unknown"],
  [{ id: "1", resource: {}, action: "created" }, "unknown"],
  [[], "unknown"],
])("thinkific cannot read %j", (event, type) => {
  const request = { ...sampleRequest(thinkific), body: Buffer.from(JSON.stringify(event)) };
  expect(describeEvent(thinkific, incoming(request, NOW))).toMatchObject({ type, readable: false });
});
