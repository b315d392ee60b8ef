import { HOUR_MS, MINUTE_MS } from "../durations.ts";
import { namedStandardWebhooks } from "../named_standard_webhooks.ts";

/**
 * BigCommerce signs as Standard Webhooks; its documentation passes the app's client secret to the libraries in base64, so
 * the key is the secret's text. An event names only what has changed.
 */
export const bigcommerce = namedStandardWebhooks({
  id: "bigcommerce",
  name: "BigCommerce",
  documentation: "https://docs.bigcommerce.com/developer/docs/integrations/webhooks/https",
  family: "webhook",
  key: "utf8",
  describe: { type: { json: "/scope" }, id: { header: "webhook-id" } },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    // Until the last of its retries, which the documentation counts as 48 hours.
    horizonMs: 48 * HOUR_MS + 4 * MINUTE_MS,
    note:
      "With growing delays from one minute to a day, for about 48 hours, then the webhook is deactivated; a domain that " +
      "answers fewer than 90 % within two minutes is blocked for three.",
    waitsMs: [
      ...[1, 3, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
      ...[1, 2, 6, 14, 24].map((hours) => hours * HOUR_MS),
    ],
    switchesOff: { afterMs: 48 * HOUR_MS, how: "disabled" },
    source: "https://docs.bigcommerce.com/developer/docs/integrations/webhooks/https",
  },
  secretHint: { pattern: null, note: "the client secret of the app's API account" },
  sampleTypes: ["store/order/created", "store/order/statusUpdated", "store/product/updated"],

  body(type, now) {
    const [, resource = ""] = type.split("/");
    return {
      scope: type,
      store_id: "1025646",
      data: { type: resource, id: 250 },
      hash: "dd70c0976e06b67aaf671e73f49dcb79230ebf9d",
      created_at: Math.floor(now.getTime() / 1_000),
      producer: "stores/abc123",
    };
  },
});
