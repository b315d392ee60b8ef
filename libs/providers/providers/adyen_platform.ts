import type { Provider } from "../provider.ts";
import { ADYEN_RETRIES } from "./adyen.ts";

/**
 * Adyen's webhooks for platforms, classic ones too, banking, management and tokens: the signature is in a header and covers
 * the body.
 */
export const adyenPlatform: Provider = {
  id: "adyen_platform",
  name: "Adyen for Platforms",
  documentation:
    "https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures",
  recipe: {
    kind: "hmac",
    scheme: "adyen_platform",
    signature: { header: "hmacsignature" },
    digest: "sha256",
    encoding: "base64",
    key: "hex",
    signed: ["body"],
  },
  // Tokens have an id of the event; transfers and accounts have none. Classic platforms call the type `eventType`; what they call
  // `pspReference` is the request's that led to the notification.
  describe: { type: [{ json: "/type" }, { json: "/eventType" }], id: { json: "/eventId" } },
  canonical: {},
  // `timestamp` is when the event was queued, so its retries keep it. Older versions of some webhooks have none.
  // https://docs.adyen.com/api-explorer/transaction-webhooks/4/post/balancePlatform.transaction.created
  identity: { bodiesDiffer: [{ json: "/timestamp" }] },
  // Classic platforms count a notification as accepted only with this, and so say the schemas of reports and balances; the others
  // take any 200. https://github.com/Adyen/adyen-openapi, https://docs.adyen.com/classic-platforms/configure-notifications
  ownResponse: {
    status: 200,
    contentType: "application/json; charset=utf-8",
    body: '{"notificationResponse":"[accepted]"}',
  },
  ackDeadlineMs: 10_000,
  retries: ADYEN_RETRIES,
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[0-9A-Fa-f]{64}$/,
    note: "the endpoint's HMAC key, 64 hexadecimal digits; test and live have separate keys",
  },
  evidence: ["sdk"],
  sampleTypes: ["recurring.token.created", "balancePlatform.transfer.updated"],

  sample(type, now) {
    const isToken = type.startsWith("recurring.");
    const body = JSON.stringify({
      ...(isToken ? { createdAt: now.toISOString(), eventId: `QBQQ9DLN${now.getTime()}` } : {}),
      data: isToken
        ? { merchantAccount: "ExampleMerchant", storedPaymentMethodId: "M5N7TQ4TG5PFWR50" }
        : { balancePlatform: "ExamplePlatform", id: "1W1UG35U8A9J5ZLG", sequenceNumber: 1 },
      environment: "test",
      type,
      version: "1",
    });
    return { body, contentType: "application/json", headers: { protocol: "HmacSHA256" } };
  },
};
