import { COMMON_CREDENTIAL_HEADERS } from "./common_credential_headers.ts";
import type { Provider } from "./provider.ts";

/** Telnyx signs the time, a bar and the body with the account's Ed25519 key. */
export const telnyx: Provider = {
  id: "telnyx",
  name: "Telnyx",
  documentation: "https://developers.telnyx.com/docs/development/api-fundamentals/webhooks",
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
  describe: { type: { json: "/data/event_type" }, id: { json: "/data/id" } },
  canonical: {},
  dedupeCovered: true,
  credentialHeaders: COMMON_CREDENTIAL_HEADERS,
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: null,
    note:
      "Each product has a schedule of its own, and a failover URL where one is set; " +
      "twice, at once and out of order are all possible.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[A-Za-z0-9+/]{43}=$/,
    note: "the account's public key, 32 bytes in base64, under Keys & Credentials",
  },
  evidence: ["sdk"],
  sampleTypes: ["message.received", "message.finalized", "call.initiated", "call.hangup"],

  sample(type, now) {
    const body = JSON.stringify({
      data: {
        event_type: type,
        id: `00000000-0000-4000-8000-${now.getTime().toString().padStart(12, "0")}`,
        occurred_at: now.toISOString(),
        payload: {},
        record_type: "event",
      },
      meta: { attempt: 1, delivered_to: "https://hooks.example.com/api/webhooks/telnyx" },
    });
    return { body, contentType: "application/json" };
  },
};
