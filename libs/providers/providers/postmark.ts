import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { readRule } from "../describe_event.ts";
import { HOUR_MS, MINUTE_MS } from "../durations.ts";
import type { Provider, ProviderDescription, Sample } from "../provider.ts";

/** `MessageID` is the message's: it is opened and clicked more than once. The header is the event's, the same in every retry. */
const RULE = { type: { json: "/RecordType" }, id: { header: "x-pm-webhook-trace-id" } };

/**
 * Postmark signs nothing: user and password are part of the webhook's URL and sent as HTTP Basic. They prove who sent the
 * request, but nothing about the body. Received mail has the type `inbound`.
 */
export const postmark: Provider = {
  id: "postmark",
  name: "Postmark",
  documentation: "https://postmarkapp.com/developer/webhooks/webhooks-overview",
  recipe: { kind: "basic", scheme: "postmark" },
  // Received mail has up to 35 MB of attachments, in base64
  // (https://postmarkapp.com/support/article/1056-what-are-the-attachment-and-email-size-limits): this is the most that a source
  // may take.
  bodyBytesMax: 32 * 1024 * 1024,
  describe,
  canonical: {},
  // An event without an id may be one of two within a second.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  // Of received mail: https://postmarkapp.com/support/article/understanding-inbound-webhook-retries-in-postmark
  retries: {
    automatic: true,
    horizonMs: 11 * HOUR_MS,
    note:
      "Events six times within about 70 minutes, only after 5xx, 408, 429 or no answer: any other 4xx drops them at once, and a " +
      "type that keeps failing is paused until it is verified again. Received mail ten times within ten and a half hours, until " +
      "answered 200; 403 ends the retries.",
    // The first of both schedules.
    waitsMs: [
      MINUTE_MS,
      5 * MINUTE_MS,
      10 * MINUTE_MS,
      10 * MINUTE_MS,
      10 * MINUTE_MS,
      15 * MINUTE_MS,
    ],
    givesUpAfterMs: 70 * MINUTE_MS,
    source:
      "https://github.com/ActiveCampaign/postmark-skills/blob/main/postmark-webhooks/SKILL.md#retry-schedule",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[^:]+:.+$/s,
    note: "user:password, as in the webhook's URL https://user:password@…",
  },
  evidence: ["shared_secret"],
  sampleTypes: ["Delivery", "Bounce", "Open", "Click", "SpamComplaint", "inbound"],

  sample(type, now) {
    const number = now.getTime().toString().padStart(12, "0");
    if (type === "inbound") return received(number, now);
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
    const headers = { "x-pm-webhook-trace-id": `00000000-0000-4000-8000-${number}` };
    return { body, contentType: "application/json", headers };
  },
};

function received(number: string, now: Date): Sample {
  const body = JSON.stringify({
    FromName: "Ada Example",
    MessageStream: "inbound",
    From: "student@example.com",
    FromFull: { Email: "student@example.com", Name: "Ada Example", MailboxHash: "" },
    To: "451d9b70cf9364d23ff6f9d51d870251569e@inbound.postmarkapp.com",
    OriginalRecipient: "451d9b70cf9364d23ff6f9d51d870251569e@inbound.postmarkapp.com",
    Subject: "A question about lesson 3",
    MessageID: `00000000-0000-4000-9000-${number}`,
    Date: now.toUTCString(),
    TextBody: "Hello",
    Attachments: [],
  });
  return { body, contentType: "application/json" };
}

/** Received mail has no `RecordType`, and a `MessageID` of its own. */
function describe(request: SignedRequest): ProviderDescription {
  const own = readRule(RULE, request);
  const isReceived =
    own.type === "" && readPointer(readJson({ request }), "/FromFull") !== undefined;
  if (!isReceived) return own;
  const id = { json: "/MessageID" };
  const { providerEventId } = readRule({ type: id, id }, request);
  return { type: "inbound", providerEventId, readable: true, idAt: id };
}
