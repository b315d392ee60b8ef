import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { lemonSqueezy } from "./lemon_squeezy.ts";

checkProvider(lemonSqueezy);

test("lemon_squeezy verifies what its documented formula signs", async () => {
  const request = sampleRequest(lemonSqueezy);
  const signature = createHmac("sha256", "secret").update(request.body).digest("hex");
  const headers = { ...request.headers, "x-signature": signature };
  const secrets = [{ id: "1", value: "secret" }];
  const seen = incoming({ ...request, headers }, NOW);
  expect(await verify(lemonSqueezy.recipe, seen, { secrets })).toMatchObject({
    ok: true,
    signature,
  });
});

test.each([
  ["order_created", { status: "paid" }, "payment.success"],
  ["order_created", { status: "failed" }, "payment.failed"],
  ["order_created", { status: "pending" }, "order_created.pending"],
  ["subscription_payment_success", { billing_reason: "renewal" }, "payment.success"],
  [
    "subscription_payment_success",
    { billing_reason: "initial" },
    "subscription_payment_success.initial",
  ],
  ["subscription_updated", {}, "subscription_updated"],
])("lemon_squeezy calls %s with %j %s", (event_name, attributes, type) => {
  const body = Buffer.from(JSON.stringify({ meta: { event_name }, data: { attributes } }));
  const request = incoming({ ...sampleRequest(lemonSqueezy), body }, NOW);
  expect(describeEvent(lemonSqueezy, request).type).toBe(type);
});

test("lemon_squeezy believes the body, which is signed, before the header", () => {
  const headers = { "x-event-name": "order_refunded" };
  const request = incoming({ ...sampleRequest(lemonSqueezy), headers }, NOW);
  expect(describeEvent(lemonSqueezy, request).providerType).toBe("order_created");
});
