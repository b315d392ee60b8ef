import { readJsonValue, readPlace, readPointer, type SignedRequest } from "@hookgate/signature";
import { BATCH_EVENTS_MAX, batchType } from "../batch_type.ts";
import { HEAD_HANDSHAKE } from "../handshake.ts";
import type { Provider, ProviderDescription } from "../provider.ts";

/**
 * Mandrill (Mailchimp Transactional) signs the URL as entered, followed by the sorted fields of the form. Names and values are
 * signed without separators, so the form is not covered byte for byte.
 */
export const mandrill: Provider = {
  id: "mandrill",
  name: "Mandrill",
  documentation:
    "https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/#authenticating-webhook-requests",
  recipe: {
    kind: "hmac",
    scheme: "mandrill",
    signature: { header: "x-mandrill-signature" },
    digest: "sha1",
    encoding: "base64",
    signed: ["url", "sorted_form"],
    coversBody: false,
  },
  // Before creating a webhook, Mandrill sends HEAD to its URL.
  handshake: HEAD_HANDSHAKE,
  // A batch has up to 1,000 events (https://mailchimp.com/developer/transactional/docs/webhooks/), of whose bytes no limit was found;
  // a received message is in it whole and once more in parts, with its attachments. So as much as a source can take.
  bodyBytesMax: 32 * 1024 * 1024,
  describe,
  canonical: {},
  // `_id` is the message's, and times are in seconds.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  // https://mandrill.zendesk.com/hc/en-us/articles/205583277
  retries: {
    automatic: true,
    horizonMs: null,
    note: "A batch that failed is sent again until it is stopped by hand; no schedule was found.",
  },
  needsPublicUrl: true,
  secretHint: { pattern: null, note: "the webhook's authentication key, shown in its settings" },
  evidence: ["formula"],
  sampleTypes: ["send", "open", "hard_bounce", "blacklist.add"],

  sample(type, now) {
    const ts = Math.floor(now.getTime() / 1_000);
    const [list, action] = type.split(".");
    const event =
      action === undefined
        ? {
            event: type,
            _id: "exampleaaaaaaaaaaaaaaaaaaaaaaaaa",
            ts,
            msg: { email: "student@example.com", subject: "Grüße & more", state: "sent" },
          }
        : { type: list, action, reject: { email: "student@example.com" }, ts };
    const form = new URLSearchParams({ mandrill_events: JSON.stringify([event]) });
    return { body: form.toString(), contentType: "application/x-www-form-urlencoded" };
  },
};

/** A batch; the one that saving a webhook sends is empty: `test`. */
function describe(request: SignedRequest): ProviderDescription {
  const text = readPlace({ request }, { form: "mandrill_events" });
  const json = typeof text === "string" ? readJsonValue(Buffer.from(text)) : undefined;
  const events: readonly unknown[] = Array.isArray(json) ? json : [];
  const isFit = events.length <= BATCH_EVENTS_MAX;
  const types = isFit ? events.map(typeOf) : [];
  const type = Array.isArray(json) && json.length === 0 ? "test" : batchType(types);
  return { type, providerEventId: "", readable: type !== "", typeAt: { form: "mandrill_events" } };
}

/** A change of a list of addresses has no `event`: `blacklist.add`. */
function typeOf(event: unknown): unknown {
  const type = readPointer(event, "/event");
  if (type !== undefined) return type;
  const [list, action] = [readPointer(event, "/type"), readPointer(event, "/action")];
  return typeof list === "string" && typeof action === "string" ? `${list}.${action}` : undefined;
}
