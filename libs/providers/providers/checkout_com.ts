import { MINUTE_MS } from "../durations.ts";
import type { Provider } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  payment_captured: "payment.success",
  payment_declined: "payment.failed",
  payment_capture_declined: "payment.failed",
  payment_refunded: "payment.refunded",
} as const;

const HOUR_MS = 3_600_000;

/** Checkout.com signs the body with the signature key of the workflow's webhook action. */
export const checkoutCom: Provider = {
  id: "checkout_com",
  name: "Checkout.com",
  documentation:
    "https://www.checkout.com/docs/developer-resources/event-notifications/receive-webhooks",
  recipe: {
    kind: "hmac",
    scheme: "checkout_com",
    signature: { header: "cko-signature" },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  describe: { type: { json: "/type" }, id: { json: "/id" } },
  canonical: CANONICAL,
  identity: { bodiesDiffer: false },
  // https://www.checkout.com/docs/previous/reporting-and-insights/webhooks
  ackDeadlineMs: 10_000,
  retries: {
    automatic: true,
    horizonMs: 30 * HOUR_MS,
    note: "Eight times: after 5, 10, 15 and 30 minutes, then 1, 4, 12 and 12 hours, in no particular order.",
    waitsMs: [
      5 * MINUTE_MS,
      10 * MINUTE_MS,
      15 * MINUTE_MS,
      30 * MINUTE_MS,
      HOUR_MS,
      4 * HOUR_MS,
      12 * HOUR_MS,
      12 * HOUR_MS,
    ],
    source:
      "https://www.checkout.com/docs/developer-resources/event-notifications/receive-webhooks",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the signature key, as entered at the webhook" },
  evidence: ["formula"],
  sampleTypes: [...Object.keys(CANONICAL), "payment_approved", "dispute_received"],

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const body = JSON.stringify({
      id: `evt_${now.getTime().toString(36).padStart(26, "a")}`,
      type: own,
      version: "1.0.29",
      created_on: now.toISOString(),
      data: {
        id: "pay_griq7wyqkggu7mnk7ecm6ysrl4",
        action_id: "act_gl5cpqgccxeulozrvaassd4lta",
        reference: "ORD-5023-4E89",
        amount: 4_900,
        currency: "EUR",
      },
    });
    return { body, contentType: "application/json; charset=utf-8" };
  },
};
