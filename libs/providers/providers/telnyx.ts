import type { SignedRequest } from "@hookgate/signature";
import { callbackType } from "../callback_type.ts";
import { readRule } from "../describe_event.ts";
import type { Provider, ProviderDescription } from "../provider.ts";

/**
 * TeXML's callbacks have the fields of Twilio's, and no id
 * (https://developers.telnyx.com/api-reference/callbacks/texml-call-answered).
 */
function describe(request: SignedRequest): ProviderDescription {
  const callback = callbackType(request);
  if (callback !== null) return { ...callback, providerEventId: "", readable: true };
  return readRule({ type: { json: "/data/event_type" }, id: { json: "/data/id" } }, request);
}

/**
 * Telnyx, version 2 of its webhooks: signed with a private key; the source's secret is the public key. Version 1 has another
 * body, so it has neither type nor id here.
 */
export const telnyx: Provider = {
  id: "telnyx",
  name: "Telnyx",
  documentation:
    "https://developers.telnyx.com/docs/development/api-fundamentals/webhooks/receiving-webhooks",
  recipe: {
    kind: "public_key",
    scheme: "telnyx",
    algorithm: "ed25519",
    key: "base64",
    signature: { header: "telnyx-signature-ed25519" },
    encoding: "base64",
    signed: ["timestamp", { literal: "|" }, "body"],
    timestamp: {
      from: { header: "telnyx-timestamp" },
      unit: "s",
      pastSecondsMax: 300,
      futureSecondsMax: 300,
    },
  },
  // A connection's `webhook_url_method` can be GET: the event is in the URL's parameters then, which are not signed.
  methods: ["POST", "GET"],
  describe,
  canonical: {},
  // A retry counts `meta.attempt` in the signed body, so only the id tells.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: null,
    note: "Each product has its own schedule and deadline; then the failover URL, if there is one.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[A-Za-z0-9+/]{43}=$/,
    note: "the account's public key from Mission Control, 32 bytes in base64; not an API key",
  },
  evidence: ["sdk"],
  sampleTypes: ["message.received", "message.finalized", "call.initiated"],

  sample(type, now) {
    const number = now.getTime().toString().padStart(12, "0");
    const body = JSON.stringify({
      data: {
        event_type: type,
        id: `00000000-0000-4000-8000-${number}`,
        occurred_at: now.toISOString(),
        payload: { from: { phone_number: "+13125550100" }, text: "Grüße" },
        record_type: "event",
      },
      meta: { attempt: 1, delivered_to: "https://hooks.example.com/api/webhooks/telnyx" },
    });
    return { body, contentType: "application/json" };
  },
};
