import { DAY_MS } from "../durations.ts";
import type { Provider } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  "payment.captured": "payment.success",
  "payment.failed": "payment.failed",
  "refund.processed": "payment.refunded",
  "subscription.activated": "subscription.created",
  "subscription.cancelled": "subscription.cancelled",
} as const;

/** Razorpay signs the body; the event's id is a header that is not signed. */
export const razorpay: Provider = {
  id: "razorpay",
  name: "Razorpay",
  documentation: "https://razorpay.com/docs/webhooks/validate-test/",
  recipe: {
    kind: "hmac",
    scheme: "razorpay",
    signature: { header: "x-razorpay-signature" },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  describe: { type: { json: "/event" }, id: { header: "x-razorpay-event-id" } },
  canonical: CANONICAL,
  identity: { bodiesDiffer: [{ json: "/created_at" }] },
  ackDeadlineMs: 5_000,
  // https://razorpay.com/docs/webhooks/faqs/
  retries: {
    automatic: true,
    horizonMs: 15 * 86_400_000,
    note:
      "With growing delays for 24 hours, then the webhook is disabled; on request for 15 days. A retry is signed " +
      "with the secret of the first attempt.",
    givesUpAfterMs: DAY_MS,
    switchesOff: { afterMs: DAY_MS, how: "disabled" },
    source: "https://razorpay.com/docs/webhooks/faqs/",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "any text, as entered for the webhook; not the API key's" },
  evidence: ["sdk"],
  sampleTypes: Object.keys(CANONICAL),

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const [resource = ""] = own.split(".");
    const seconds = Math.floor(now.getTime() / 1_000);
    const entity = { id: `${resource}_1`, entity: resource, amount: 4_900, currency: "INR" };
    const body = JSON.stringify({
      entity: "event",
      account_id: "acc_1",
      event: own,
      contains: [resource],
      payload: { [resource]: { entity } },
      created_at: seconds,
    });
    const headers = { "x-razorpay-event-id": `event_${now.getTime()}` };
    return { body, contentType: "application/json", headers };
  },
};
