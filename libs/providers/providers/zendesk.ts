import type { Provider } from "../provider.ts";

/**
 * Zendesk signs the time and the body without a separator, and states neither a tolerance nor for how long it retries: a day
 * is ours. Repetitions within it are recognised by their id, a header that is not signed, and the body. Webhooks of triggers and automations have the body, and so the type, that the account's
 * administrators have written.
 */
export const zendesk: Provider = {
  id: "zendesk",
  name: "Zendesk",
  documentation: "https://developer.zendesk.com/documentation/webhooks/verifying/",
  recipe: {
    kind: "hmac",
    scheme: "zendesk",
    signature: { header: "x-zendesk-webhook-signature" },
    digest: "sha256",
    encoding: "base64",
    signed: ["timestamp", "body"],
    timestamp: {
      from: { header: "x-zendesk-webhook-signature-timestamp" },
      unit: "iso",
      pastSecondsMax: 86_400 + 300,
      futureSecondsMax: 300,
    },
  },
  // The one who sets a webhook up chooses the method.
  methods: ["POST", "GET", "PUT", "PATCH", "DELETE"],
  describe: {
    // What has no body has parameters in the URL, which are not signed.
    type: [{ json: "/type" }, { form: "type" }, { query: "type" }],
    id: { header: "x-zendesk-webhook-invocation-id" },
  },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: null,
    note:
      "After 409 up to three times, after 429 and 503 only with a short Retry-After, without an answer up to five times; for " +
      "how long is not documented. A circuit breaker pauses a webhook if most of its requests fail.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: null,
    note:
      "the webhook's signing secret; test requests before the webhook is saved are signed with a publicly known " +
      "one, which must not be entered",
  },
  evidence: ["formula"],
  sampleTypes: ["zen:event-type:ticket.created", "zen:event-type:user.created"],

  sample(type, now) {
    const number = now.getTime().toString().padStart(12, "0");
    const body = JSON.stringify({
      account_id: 22129848,
      detail: { id: "10001", created_at: now.toISOString() },
      event: {},
      id: `00000000-0000-4000-9000-${number}`,
      subject: "zen:ticket:10001",
      time: now.toISOString(),
      type,
      zendesk_event_version: "2022-11-06",
    });
    return {
      body,
      contentType: "application/json",
      headers: {
        "x-zendesk-account-id": "22129848",
        "x-zendesk-webhook-id": "01GFXGBX7YZ9ASWTCVMASTK8ZS",
        "x-zendesk-webhook-invocation-id": `00000000-0000-4000-8000-${number}`,
      },
    };
  },
};
