import { DAY_MS, HOUR_MS, MINUTE_MS } from "../durations.ts";
import type { Provider } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  payment_succeeded: "payment.success",
  payment_failed: "payment.failed",
  payment_refunded: "payment.refunded",
  subscription_created: "subscription.created",
  subscription_cancelled: "subscription.cancelled",
} as const;

/** Chargebee signs nothing: its webhooks can be protected with HTTP Basic, which proves nothing about the body. */
export const chargebee: Provider = {
  id: "chargebee",
  name: "Chargebee",
  documentation: "https://www.chargebee.com/docs/2.0/webhook_settings.html",
  recipe: { kind: "basic", scheme: "chargebee" },
  describe: { type: { json: "/event_type" }, id: { json: "/id" } },
  canonical: CANONICAL,
  identity: { bodiesDiffer: false },
  // To connect, and again to read. Receivers quote it; we have not read it in Chargebee's own words.
  ackDeadlineMs: 20_000,
  // https://support.chargebee.com/support/solutions/articles/257941
  retries: {
    automatic: true,
    horizonMs: 80 * 3_600_000,
    note:
      "Seven times: after 2, 6 and 30 minutes, 1 and 5 hours, 1 and 2 days, so the last comes three days and seven hours " +
      "after the first; also by hand.",
    waitsMs: [
      2 * MINUTE_MS,
      6 * MINUTE_MS,
      30 * MINUTE_MS,
      HOUR_MS,
      5 * HOUR_MS,
      DAY_MS,
      2 * DAY_MS,
    ],
    source: "https://www.chargebee.com/docs/2.0/webhook_settings.html",
  },
  needsPublicUrl: false,
  secretHint: { pattern: /^[^:]+:.+$/s, note: "user:password, as entered at the webhook" },
  evidence: ["shared_secret"],
  sampleTypes: Object.keys(CANONICAL),

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const seconds = Math.floor(now.getTime() / 1_000);
    const body = JSON.stringify({
      id: `ev_${now.getTime()}`,
      occurred_at: seconds,
      source: "admin_console",
      object: "event",
      api_version: "v2",
      content: {
        subscription: { id: "sub_1", customer_id: "cus_1", status: "active" },
        customer: { id: "cus_1", email: "student@example.com" },
      },
      event_type: own,
      webhook_status: "scheduled",
    });
    return { body, contentType: "application/json;charset=UTF-8" };
  },
};
