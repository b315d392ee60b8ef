import type { Provider } from "../provider.ts";

/**
 * Postmark signs nothing: user and password are part of the webhook's URL and sent as HTTP Basic. They prove who sent the
 * request, but nothing about the body.
 */
export const postmark: Provider = {
  id: "postmark",
  name: "Postmark",
  documentation: "https://postmarkapp.com/developer/webhooks/webhooks-overview",
  recipe: { kind: "basic", scheme: "postmark" },
  describe: { type: { json: "/RecordType" }, id: null },
  canonical: {},
  // `MessageID` is the message's: it is opened and clicked more than once, perhaps within one second.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  // https://postmarkapp.com/support/article/understanding-inbound-webhook-retries-in-postmark
  retries: {
    automatic: true,
    horizonMs: 11 * 3_600_000,
    note:
      "Bounces and inbound mail ten times within ten and a half hours; for other events no schedule was found. 403 ends " +
      "the retries.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[^:]+:.+$/s,
    note: "user:password, as in the webhook's URL https://user:password@…",
  },
  evidence: ["shared_secret"],
  sampleTypes: ["Delivery", "Bounce", "Open", "Click", "SpamComplaint"],

  sample(type, now) {
    const body = JSON.stringify({
      RecordType: type,
      MessageID: "883953f4-6105-42a2-a16a-77a8eac79483",
      MessageStream: "outbound",
      ServerID: 23,
      Recipient: "student@example.com",
      Tag: "welcome-email",
      Metadata: { course: "course_1" },
      ReceivedAt: now.toISOString(),
    });
    return { body, contentType: "application/json" };
  },
};
