import {
  readJson,
  readPlace,
  readPointer,
  type SignedRequest,
  scalarText,
} from "@hookgate/signature";
import { BATCH_EVENTS_MAX, batchType } from "../batch_type.ts";
import { echoChallenge, type Handshake } from "../handshake.ts";
import type { Provider, ProviderDescription } from "../provider.ts";

const CHALLENGE_HEADER = "smartsheet-hook-challenge";
const RESPONSE_HEADER = "smartsheet-hook-response";

/** Sent when a webhook is enabled, and again now and then: the challenge is echoed in a header and in the body. */
const handshake: Handshake = {
  methods: ["POST"],
  verified: false,
  everyMs: null,

  answer(request) {
    const challenge = readPlace({ request }, { header: CHALLENGE_HEADER });
    if (request.method !== "POST" || challenge === undefined) return null;
    const response = echoChallenge(challenge, { member: "smartsheetHookResponse" });
    if (response.status !== 200 || challenge === null) return response;
    return { ...response, headers: { ...response.headers, [RESPONSE_HEADER]: challenge } };
  },

  sample(challenge, { url }) {
    const headers = { "content-type": "application/json", [CHALLENGE_HEADER]: challenge };
    const body = JSON.stringify({ challenge, webhookId: 4503604829677444 });
    return { method: "POST", url, headers, body: Buffer.from(body) };
  },
};

/** Smartsheet signs the body with the webhook's shared secret. Events name only what has changed. */
export const smartsheet: Provider = {
  id: "smartsheet",
  name: "Smartsheet",
  documentation:
    "https://developers.smartsheet.com/api/smartsheet/guides/webhooks/webhook-callbacks",
  recipe: {
    kind: "hmac",
    scheme: "smartsheet",
    signature: { header: "smartsheet-hmac-sha256" },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  handshake,
  describe,
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: null,
    // The webhook's stats have lastCallbackAttemptRetryCount, as the official packages read them; the documentation names neither
    // the schedule nor a largest body.
    note:
      "No schedule was found; later callbacks wait for the one that fails. A webhook that keeps failing is disabled " +
      "(DISABLED_CALLBACK_FAILED), which is a callback of its own.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "sharedSecret, as returned when the webhook is created" },
  evidence: ["formula"],
  sampleTypes: ["row.created", "row.updated", "cell.updated"],

  sample(type, now) {
    const [objectType = "", eventType = ""] = type.split(".");
    const number = now.getTime().toString().padStart(12, "0");
    const body = JSON.stringify({
      nonce: `00000000-0000-4000-8000-${number}`,
      timestamp: now.toISOString(),
      webhookId: 4503604829677444,
      scope: "sheet",
      scopeObjectId: 8363568921069444,
      events: [
        { objectType, eventType, id: 7881304550205316, userId: 1234, timestamp: now.toISOString() },
      ],
    });
    return { body, contentType: "application/json; charset=UTF-8" };
  },
};

/** `row.created`, or `webhook.` and the status of the webhook itself. */
function describe(request: SignedRequest): ProviderDescription {
  const body = readJson({ request });
  const events = readPointer(body, "/events");
  const list: readonly unknown[] = Array.isArray(events) ? events : [];
  const types = list.slice(0, BATCH_EVENTS_MAX + 1).map((event) => {
    const object = readPointer(event, "/objectType");
    const action = readPointer(event, "/eventType");
    return typeof object === "string" && typeof action === "string" ? `${object}.${action}` : "";
  });
  const status = scalarText(readPointer(body, "/newWebhookStatus"));
  const common = types.length > BATCH_EVENTS_MAX ? "" : batchType(types);
  const type = typeof status === "string" ? `webhook.${status}` : common;
  const id = scalarText(readPointer(body, "/nonce")) ?? "";
  return { type, providerEventId: id, readable: type !== "" };
}
