import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { paystack } from "./paystack.ts";

const SECRETS = [{ id: "1", value: "sk_test_0123456789abcdef" }];

checkProvider(paystack);

test.each([
  ["sha512", { ok: true, secretId: "1" }],
  ["sha256", { ok: false, reason: "malformed_header" }],
])("paystack judges what its documented formula signs with %s", async (digest, verdict) => {
  const request = sampleRequest(paystack);
  const signature = createHmac(digest, "sk_test_0123456789abcdef")
    .update(request.body)
    .digest("hex");
  const headers = { ...request.headers, "x-paystack-signature": signature };
  const seen = incoming({ ...request, headers }, NOW);
  expect(await verify(paystack.recipe, seen, { secrets: SECRETS })).toMatchObject(verdict);
});
