import { type Place, type Reading, readJson, readPlace, readPointer } from "@hookgate/signature";
import { batchType } from "../batch_type.ts";
import { DAY_MS } from "../durations.ts";
import type { Provider } from "../provider.ts";

/**
 * SendGrid's Event Webhook: a list of events in every request, signed with the webhook's own private key. Inbound Parse with a
 * security policy is signed alike; its forms have the type `inbound`.
 */
export const sendgrid: Provider = {
  id: "sendgrid",
  name: "SendGrid",
  documentation:
    "https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features",
  recipe: {
    kind: "public_key",
    scheme: "sendgrid",
    signature: { header: "x-twilio-email-event-webhook-signature" },
    algorithm: "ecdsa_p256",
    encoding: "base64",
    key: "spki",
    signed: ["timestamp", "body"],
    timestamp: {
      from: { header: "x-twilio-email-event-webhook-timestamp" },
      unit: "s",
      // No statement on a tolerance was found, or on whether a retry is signed again: as long as it retries.
      pastSecondsMax: (3 * DAY_MS) / 1_000 + 300,
      futureSecondsMax: 300,
    },
  },
  describe(request) {
    const reading: Reading = { request };
    // Inbound Parse: a message, in parts or whole, comes with its envelope.
    const envelope: Place = { form: "envelope" };
    if (readPlace(reading, envelope)) {
      return { type: "inbound", providerEventId: "", readable: true, typeAt: envelope };
    }
    const events = readJson(reading);
    const types = Array.isArray(events) ? events.map((event) => readPointer(event, "/event")) : [];
    const type = batchType(types);
    // `sg_event_id` identifies one event, but a request has many.
    return { type, providerEventId: "", readable: type !== "" };
  },
  canonical: {},
  // A batch is posted once it has 768 KB (https://docs.sendgrid.com/for-developers/tracking-events/getting-started-event-webhook),
  // a message of Inbound Parse has up to 30 MB (…/parsing-email/setting-up-the-inbound-parse-webhook).
  bodyBytesMax: 30 * 1024 * 1024,
  identity: { bodiesDiffer: [{ json: "/0/sg_event_id" }, { json: "/0/timestamp" }] },
  ackDeadlineMs: null,
  // Of Inbound Parse: https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/inbound-email
  retries: {
    automatic: true,
    horizonMs: 3 * DAY_MS,
    note:
      "Events at growing intervals until 24 hours after the event; messages of Inbound Parse for three days, only after a " +
      "5xx or no answer.",
    givesUpAfterMs: DAY_MS,
    source: "https://docs.sendgrid.com/for-developers/tracking-events/troubleshooting",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{86}==$/,
    note: "the verification key from Mail Settings, base64 that starts with MFkwEwYHKoZIzj0C",
  },
  evidence: ["sdk", "example"],
  sampleTypes: ["delivered", "bounce"],

  sample(type, now) {
    const timestamp = Math.floor(now.getTime() / 1_000);
    const event = {
      email: "a@example.com",
      timestamp,
      event: type,
      sg_event_id: `${now.getTime()}`,
    };
    return { body: `${JSON.stringify([event])}\r\n`, contentType: "application/json" };
  },
};
