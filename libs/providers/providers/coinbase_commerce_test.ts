import { createHmac } from "node:crypto";
import { incoming, type OutgoingRequest, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { coinbaseCommerce } from "./coinbase_commerce.ts";

checkProvider(coinbaseCommerce);

test.each([
  ["the documented formula", "secret", { ok: true, intact: true }],
  ["another key", "other", { ok: false, reason: "no_match" }],
])("coinbase_commerce judges a signature with %s", async (_, key, expected) => {
  const seen = incoming(signed(sampleRequest(coinbaseCommerce), key), NOW);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(coinbaseCommerce.recipe, seen, { secrets })).toMatchObject(expected);
  expect(describeEvent(coinbaseCommerce, seen)).toMatchObject({
    type: "payment.success",
    providerEventId: `00000000-0000-4000-8000-${String(NOW).padStart(12, "0")}`,
  });
});

function signed(request: OutgoingRequest, key: string): OutgoingRequest {
  const mac = createHmac("sha256", key).update(request.body).digest("hex");
  const headers = { ...request.headers, "x-cc-webhook-signature": mac };
  return { ...request, headers };
}
