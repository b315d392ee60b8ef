import type { Provider } from "../provider.ts";
import { ADYEN_RETRIES } from "./adyen.ts";

/** Adyen's webhooks for platforms, banking, management and tokens: the signature is in a header and covers the body. */
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
  // Tokens have an id of the event; transfers and accounts have none.
  describe: { type: { json: "/type" }, id: { json: "/eventId" } },
  canonical: {},
  // `timestamp` is when the event was queued, so its retries keep it. Older versions of some webhooks have none.
  // https://docs.adyen.com/api-explorer/transaction-webhooks/4/post/balancePlatform.transaction.created
  identity: { bodiesDiffer: [{ json: "/timestamp" }] },
  // No answer of its own: the pages of these webhooks ask for an HTTP status code, 200. Older schemas had `[accepted]` in the body.
  // https://docs.adyen.com/development-resources/webhooks/troubleshoot
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
