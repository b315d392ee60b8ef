import { namedStandardWebhooks } from "../named_standard_webhooks.ts";

/** Polar's key is the text of the secret as it is shown, without any decoding. */
export const polar = namedStandardWebhooks({
  id: "polar",
  name: "Polar",
  documentation: "https://polar.sh/docs/integrate/webhooks/delivery",
  family: "webhook",
  key: "utf8",
  ackDeadlineMs: 10_000,
  retries: {
    automatic: true,
    horizonMs: null,
    note: "Up to ten times with growing delays; ten failures in a row disable the endpoint.",
    switchesOff: { failures: 10, how: "disabled" },
    source: "https://polar.sh/docs/integrate/webhooks/delivery",
  },
  secretHint: { pattern: null, note: "the endpoint's secret, as entered or generated there" },
  sampleTypes: ["order.created", "subscription.active", "checkout.updated"],

  body(type, now) {
    return {
      type,
      timestamp: now.toISOString(),
      data: { id: "992fae2a-2a17-4b7a-8d9e-e287cf90131b", status: "paid", total_amount: 4_900 },
    };
  },
});
