import { DAY_MS, MINUTE_MS } from "../durations.ts";
import type { Provider } from "../provider.ts";

/** Wise signs the body with a private key of its own: the source's secret is Wise's public key. */
export const wise: Provider = {
  id: "wise",
  name: "Wise",
  documentation: "https://docs.wise.com/api-docs/features/webhooks-notifications/event-handling",
  recipe: {
    kind: "public_key",
    scheme: "wise",
    signature: { header: "x-signature-sha256" },
    encoding: "base64",
    algorithm: "rsa_sha256",
    key: "spki",
    signed: ["body"],
  },
  describe: { type: { json: "/event_type" }, id: { header: "x-delivery-id" } },
  canonical: {},
  identity: { bodiesDiffer: false },
  // The documentation named above.
  ackDeadlineMs: 5_000,
  retries: {
    automatic: true,
    // The last is 15.4 days after the event.
    horizonMs: 16 * DAY_MS,
    note:
      "Eleven times, after a minute and then twice as long each time, then daily 14 times, unless answered 2xx within five " +
      "seconds; after 400 and some others three times at most. Retry-After counts.",
    waitsMs: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024].map((minutes) => minutes * MINUTE_MS),
    everyMs: DAY_MS,
    source: "https://docs.wise.com/webhooks-notifications",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^(?:-----BEGIN PUBLIC KEY-----|[A-Za-z0-9+/]{40})/,
    note: "Wise's public key for webhooks, in PEM; that of the sandbox is another",
  },
  evidence: ["formula"],
  sampleTypes: ["transfers#state-change", "balances#credit"],

  sample(type, now) {
    const at = now.toISOString();
    const body = JSON.stringify({
      data: {
        resource: { type: "transfer", id: 111, profile_id: 222, account_id: 333 },
        current_state: "processing",
        previous_state: "incoming_payment_waiting",
        occurred_at: at,
      },
      subscription_id: "01234567-89ab-cdef-0123-456789abcdef",
      event_type: type,
      schema_version: "2.0.0",
      sent_at: at,
    });
    return {
      body,
      contentType: "application/json",
      headers: {
        "x-delivery-id": `00000000-0000-4000-8000-${now.getTime().toString().padStart(12, "0")}`,
      },
    };
  },
};
