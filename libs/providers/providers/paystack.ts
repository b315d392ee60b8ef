import type { SignedRequest } from "@hookgate/signature";
import { readRule } from "../describe_event.ts";
import { HOUR_MS, MINUTE_MS } from "../durations.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  "charge.success": "payment.success",
  "invoice.payment_failed": "payment.failed",
  "refund.processed": "payment.refunded",
  "subscription.create": "subscription.created",
  "subscription.disable": "subscription.cancelled",
} as const;

const RULE = { type: { json: "/event" }, id: null };

/** Paystack signs the body with the account's secret key itself. It sends no id of the event. */
export const paystack: Provider = {
  id: "paystack",
  name: "Paystack",
  documentation: "https://paystack.com/docs/payments/webhooks/",
  recipe: {
    kind: "hmac",
    scheme: "paystack",
    signature: { header: "x-paystack-signature" },
    digest: "sha512",
    encoding: "hex",
    signed: ["body"],
  },
  describe,
  canonical: CANONICAL,
  // The function says it for each request.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 72 * 3_600_000,
    note: "Every three minutes four times, then hourly for 72 hours; in test mode hourly from the start.",
    waitsMs: [3 * MINUTE_MS, 3 * MINUTE_MS, 3 * MINUTE_MS, 3 * MINUTE_MS],
    everyMs: HOUR_MS,
    source: "https://paystack.com/docs/payments/webhooks/",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^sk_(?:test|live)_[A-Za-z0-9]+$/,
    note: "the account's secret key, sk_test_ or sk_live_; webhooks have no separate secret",
    trial: (hex) => `sk_test_${hex}`,
  },
  evidence: ["formula"],
  sampleTypes: Object.keys(CANONICAL),

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const data = {
      id: 302961,
      domain: "test",
      reference: "qTPrJoy9Bx",
      amount: 490_000,
      currency: "NGN",
      createdAt: now.toISOString(),
    };
    return { body: JSON.stringify({ event: own, data }), contentType: "application/json" };
  },
};

/**
 * A charge succeeds once. Other events have no time of their own: a subscription that is disabled again, or a customer's
 * identification that fails again, has the same bytes.
 */
function describe(request: SignedRequest): ProviderDescription {
  const own = readRule(RULE, request);
  return { ...own, bodiesDiffer: own.type === "charge.success" };
}
