import type { Provider } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  "payment_intent.succeeded": "payment.success",
  "checkout.session.async_payment_succeeded": "payment.success",
  "payment_intent.payment_failed": "payment.failed",
  "checkout.session.async_payment_failed": "payment.failed",
  "charge.refunded": "payment.refunded",
  "customer.subscription.created": "subscription.created",
  "customer.subscription.deleted": "subscription.cancelled",
} as const;

/**
 * Stripe signs the time and the body; while a secret is rolled there are several `v1`, one for each secret. `v0` is for
 * Stripe's own tests and never counts.
 */
export const stripe: Provider = {
  id: "stripe",
  name: "Stripe",
  documentation: "https://docs.stripe.com/webhooks/signature",
  recipe: {
    kind: "hmac",
    scheme: "stripe",
    signature: { header: "stripe-signature" },
    format: { kind: "pairs", delimiter: ",", key: "v1" },
    digest: "sha256",
    encoding: "hex",
    // The secret's text including `whsec_`: unlike Svix, it is not base64.
    key: "utf8",
    signed: ["timestamp", { literal: "." }, "body"],
    timestamp: { from: { pair: "t" }, unit: "s", pastSecondsMax: 300, futureSecondsMax: 300 },
  },
  describe: { type: { json: "/type" }, id: { json: "/id" } },
  canonical: CANONICAL,
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 3 * 86_400_000,
    note: "For up to three days, in no particular order; in test mode three times within hours.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^whsec_[A-Za-z0-9]{20,}$/,
    note: "starts with whsec_, one per endpoint and mode",
    trial: (hex) => `whsec_${hex}`,
  },
  evidence: ["sdk"],
  sampleTypes: Object.keys(CANONICAL),

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const created = Math.floor(now.getTime() / 1_000);
    const body = JSON.stringify({
      id: `evt_${now.getTime()}`,
      object: "event",
      api_version: "2025-09-30.clover",
      created,
      data: { object: { id: "pi_1", object: own.split(".")[0], amount: 4_900, currency: "eur" } },
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type: own,
    });
    return { body, contentType: "application/json; charset=utf-8" };
  },
};
