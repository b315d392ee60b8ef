import type { Provider } from "../provider.ts";
import { providerType } from "../sample.ts";

// https://docs.cdp.coinbase.com/coinbase-business/checkout-apis/webhooks
const CANONICAL = {
  "checkout.payment.success": "payment.success",
  "checkout.payment.failed": "payment.failed",
  "checkout.refund.success": "payment.refunded",
} as const;

/**
 * Coinbase Business and Coinbase Developer Platform, whose checkouts take the place of Coinbase Commerce. The header has two
 * signatures in each request: `v0` of the time and the body, which the documentation advises, and `v1`, which covers some headers,
 * too. Only `v0` counts: the event's type is in the body.
 */
export const coinbase: Provider = {
  id: "coinbase",
  name: "Coinbase",
  documentation: "https://docs.cdp.coinbase.com/webhooks/verify-signatures",
  recipe: {
    kind: "hmac",
    scheme: "coinbase",
    signature: { header: "x-hook0-signature" },
    format: { kind: "pairs", delimiter: ",", key: "v0" },
    digest: "sha256",
    encoding: "hex",
    signed: ["timestamp", { literal: "." }, "body"],
    // The documentation's code refuses what is older than five minutes.
    timestamp: { from: { pair: "t" }, unit: "s", pastSecondsMax: 300, futureSecondsMax: 300 },
  },
  describe: {
    type: [{ json: "/eventType" }, { header: "x-event-type" }],
    // Transfers have one in the body, and any event in the header.
    id: [{ json: "/eventId" }, { header: "x-event-id" }],
  },
  canonical: CANONICAL,
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  // https://docs.cdp.coinbase.com/get-started/webhooks
  retries: {
    automatic: true,
    horizonMs: null,
    note: "Up to 60 times at growing intervals, which are not documented.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "secret, as returned when the subscription is created" },
  evidence: ["formula"],
  sampleTypes: [...Object.keys(CANONICAL), "onramp.transaction.success"],

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const body = JSON.stringify({
      eventType: own,
      id: "69163c762331ed43dc64a6ef",
      amount: "49.00",
      currency: "USDC",
      network: "base",
      metadata: { orderId: "12345" },
      updatedAt: now.toISOString(),
    });
    const number = now.getTime().toString().padStart(12, "0");
    const headers = {
      "x-event-id": `00000000-0000-4000-8000-${number}`,
      "x-event-type": own,
    };
    return { body, contentType: "application/json", headers };
  },
};
