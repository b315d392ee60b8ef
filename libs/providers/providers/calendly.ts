import { DAY_MS } from "../durations.ts";
import type { Provider } from "../provider.ts";

/**
 * Calendly signs the time and the body. The example in its documentation refuses only stale requests; here, requests from
 * the future are refused, too. It sends no id of the event: the URIs in it identify other objects.
 */
export const calendly: Provider = {
  id: "calendly",
  name: "Calendly",
  documentation: "https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures",
  recipe: {
    kind: "hmac",
    scheme: "calendly",
    signature: { header: "calendly-webhook-signature" },
    format: { kind: "pairs", delimiter: ",", key: "v1" },
    digest: "sha256",
    encoding: "hex",
    signed: ["timestamp", { literal: "." }, "body"],
    timestamp: { from: { pair: "t" }, unit: "s", pastSecondsMax: 180, futureSecondsMax: 180 },
  },
  describe: { type: { json: "/event" }, id: null },
  canonical: {},
  // In microseconds. https://developer.calendly.com/api-docs/overview/webhooks/webhook-payload
  identity: { bodiesDiffer: [{ json: "/created_at" }] },
  ackDeadlineMs: 15_000,
  retries: {
    automatic: true,
    horizonMs: 24 * 3_600_000,
    note:
      "With growing delays for 24 hours, then the webhook is disabled and must be created again. It must connect " +
      "within ten seconds.",
    switchesOff: { afterMs: DAY_MS, how: "disabled" },
    source: "https://developer.calendly.com/api-docs/overview/webhooks/webhook-errors",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: null,
    note: "the signing key that the webhook subscription was created with, or the OAuth application's",
  },
  evidence: ["formula"],
  sampleTypes: [
    "invitee.created",
    "invitee.canceled",
    "invitee_no_show.created",
    "invitee_no_show.deleted",
    "routing_form_submission.created",
  ],

  sample(type, now) {
    const api = "https://api.calendly.com";
    const body = JSON.stringify({
      event: type,
      created_at: now.toISOString(),
      created_by: `${api}/users/AAAAAAAAAAAAAAAA`,
      payload: {
        uri: `${api}/scheduled_events/BBBBBBBBBBBBBBBB/invitees/CCCCCCCCCCCCCCCC`,
        email: "student@example.com",
        name: "Ada Example",
        status: type === "invitee.canceled" ? "canceled" : "active",
        timezone: "Europe/Berlin",
      },
    });
    return { body, contentType: "application/json" };
  },
};
