import { createHmac } from "node:crypto";
import { incoming, type OutgoingRequest, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { checkoutCom } from "./checkout_com.ts";

checkProvider(checkoutCom);

test.each([
  ["the documented formula", "secret", { ok: true, intact: true }],
  ["another key", "other", { ok: false, reason: "no_match" }],
])("checkout_com judges a signature with %s", async (_, key, expected) => {
  const seen = incoming(signed(sampleRequest(checkoutCom), key), NOW);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(checkoutCom.recipe, seen, { secrets })).toMatchObject(expected);
  expect(describeEvent(checkoutCom, seen)).toMatchObject({
    type: "payment.success",
    providerEventId: expect.stringMatching(/^evt_/),
  });
});

function signed(request: OutgoingRequest, key: string): OutgoingRequest {
  const mac = createHmac("sha256", key).update(request.body).digest("hex");
  const headers = { ...request.headers, "cko-signature": mac };
  return { ...request, headers };
}
