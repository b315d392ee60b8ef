import { DAY_MS, MINUTE_MS } from "../durations.ts";
import { HEAD_HANDSHAKE } from "../handshake.ts";
import type { Provider } from "../provider.ts";

/** Intercom signs the body with HMAC-SHA1, and no time. Its id is signed, so repetitions are recognised by it. */
export const intercom: Provider = {
  id: "intercom",
  name: "Intercom",
  documentation: "https://developers.intercom.com/docs/webhooks/webhook-notifications",
  recipe: {
    kind: "hmac",
    scheme: "intercom",
    signature: { header: "x-hub-signature" },
    format: { kind: "plain", prefix: "sha1=", prefixRequired: true },
    digest: "sha1",
    encoding: "hex",
    signed: ["body"],
  },
  // Sent when a URL is entered.
  handshake: HEAD_HANDSHAKE,
  describe: { type: { json: "/topic" }, id: { json: "/id" } },
  canonical: {},
  // A retry counts `delivery_attempts` in the signed body, so only the id tells; a ping has none.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 5_000,
  retries: {
    automatic: true,
    horizonMs: 60_000,
    note:
      "Once, after a minute. 429 delays, a thousand errors in a row pause for 15 minutes, seven days of errors " +
      "suspend a private app's webhooks.",
    waitsMs: [MINUTE_MS],
    switchesOff: { afterMs: 7 * DAY_MS, how: "disabled" },
    source: "https://developers.intercom.com/docs/webhooks/webhook-notifications",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^\S+$/,
    note: "the app's client secret, as its basic information shows it; not an access token",
  },
  evidence: ["formula"],
  sampleTypes: ["ping", "conversation.user.created", "contact.created"],

  sample(type, now) {
    const seconds = Math.floor(now.getTime() / 1_000);
    const item =
      type === "ping"
        ? { type: "ping", message: "something something interzen" }
        : { type: "conversation", id: "1", created_at: seconds };
    const body = JSON.stringify({
      type: "notification_event",
      app_id: "a86dr8yl",
      data: { type: "notification_event_data", item },
      links: {},
      id: type === "ping" ? null : `notif_${now.getTime()}`,
      topic: type,
      delivery_status: "pending",
      delivery_attempts: 1,
      delivered_at: 0,
      first_sent_at: seconds,
      created_at: seconds,
      self: null,
    });
    return { body, contentType: "application/json" };
  },
};
