import hmacValidator from "@adyen/api-library/lib/src/utils/hmacValidator.js";
import { incoming } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { adyenPlatform } from "./adyen_platform.ts";

const validator = new hmacValidator.default();

checkProvider(adyenPlatform, {
  oracle: {
    sign(request, { secret }) {
      const hmacsignature = validator.calculateHmac(Buffer.from(request.body).toString(), secret);
      return { ...request, headers: { ...request.headers, hmacsignature } };
    },
    verify: ({ headers, body }, { secret }) =>
      validator.validateHMACSignature(
        secret,
        headers.hmacsignature ?? "",
        Buffer.from(body).toString(),
      ),
  },
});

// https://github.com/Adyen/adyen-openapi: the examples of MarketPayNotificationService-v6 and of transfers, shortened.
test.each([
  ["of classic platforms", { eventType: "ACCOUNT_CREATED", live: false }, "ACCOUNT_CREATED"],
  [
    "of platforms",
    { type: "balancePlatform.transfer.created", data: {} },
    "balancePlatform.transfer.created",
  ],
])("adyen_platform reads the type of a notification %s", (_, content, type) => {
  const body = Buffer.from(JSON.stringify(content));
  const request = incoming({ ...sampleRequest(adyenPlatform), body }, NOW);
  expect(describeEvent(adyenPlatform, request)).toMatchObject({ type, readable: true });
});

test("adyen_platform accepts a notification with the answer of its documented schema", () => {
  expect(adyenPlatform.ownResponse).toEqual({
    status: 200,
    contentType: "application/json; charset=utf-8",
    body: JSON.stringify({ notificationResponse: "[accepted]" }),
  });
});
