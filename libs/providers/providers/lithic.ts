import { namedStandardWebhooks } from "../named_standard_webhooks.ts";

/** Lithic sends through Svix, with the specification's headers. */
export const lithic = namedStandardWebhooks({
  id: "lithic",
  name: "Lithic",
  documentation: "https://docs.lithic.com/docs/events-api",
  family: "webhook",
  describe: { type: { json: "/event_type" }, id: { header: "webhook-id" } },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: null,
    note: "No schedule of Lithic's was found; Svix retries for 28 hours, and disables after five days of failures.",
  },
  sampleTypes: ["card.created", "card_transaction.updated", "payment_transaction.created"],

  body(type, now) {
    return {
      event_type: type,
      token: "7ef7d65c-9023-4da3-b113-3b8583fd7951",
      created: now.toISOString(),
    };
  },
});
