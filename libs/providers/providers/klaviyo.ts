import { readJson, readPointer, type SignedRequest, scalarText } from "@hookgate/signature";
import { BATCH_EVENTS_MAX, batchType } from "../batch_type.ts";
import type { Provider, ProviderDescription } from "../provider.ts";

/**
 * Klaviyo's system webhooks sign the body, followed by the time in a header. Klaviyo names no tolerance and does not
 * document how the time is written, so its age is not judged. The webhook action of a flow is not signed at all.
 */
export const klaviyo: Provider = {
  id: "klaviyo",
  name: "Klaviyo",
  documentation: "https://developers.klaviyo.com/en/docs/working_with_system_webhooks",
  recipe: {
    kind: "hmac",
    scheme: "klaviyo",
    signature: { header: "klaviyo-signature" },
    digest: "sha256",
    encoding: "hex",
    signed: ["body", { header: "klaviyo-timestamp" }],
  },
  describe,
  canonical: {},
  // `meta.timestamp` has microseconds.
  identity: { bodiesDiffer: [{ json: "/meta/timestamp" }] },
  ackDeadlineMs: null,
  retries: {
    automatic: null,
    horizonMs: null,
    note:
      "The guide to system webhooks names neither retries nor a largest body. Those of flows are sent again up to " +
      "17 times.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the webhook's secret_key, at least 16 characters" },
  evidence: ["formula"],
  sampleTypes: ["event:klaviyo.opened_email", "event:klaviyo.clicked_email"],

  sample(type, now) {
    const body = JSON.stringify({
      data: [{ external_id: `01H${now.getTime()}`, topic: type, payload: { data: {} } }],
      meta: {
        klaviyo_webhook_id: "01KP4928STE8FKCWB6WDHZ4ZB7",
        klaviyo_account_id: "AbC123",
        timestamp: now.toISOString(),
        version: "2025-07-15",
      },
    });
    return {
      body,
      contentType: "application/json",
      headers: { "klaviyo-timestamp": now.toUTCString(), "klaviyo-webhook-id": "01KP4928" },
    };
  },
};

/** A batch; the id of a batch of one is its event's. */
function describe(request: SignedRequest): ProviderDescription {
  const data = readPointer(readJson({ request }), "/data");
  const events: readonly unknown[] = Array.isArray(data) ? data : [];
  const isFit = events.length <= BATCH_EVENTS_MAX;
  const type = isFit ? batchType(events.map((event) => readPointer(event, "/topic"))) : "";
  const id = events.length === 1 ? scalarText(readPointer(events[0], "/external_id")) : null;
  return { type, providerEventId: id ?? "", readable: type !== "" };
}
