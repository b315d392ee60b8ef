import { createHmac } from "node:crypto";
import { type MacRecipe, readPlace, verify } from "@hookgate/signature";
import { HOUR_MS, MINUTE_MS } from "../durations.ts";
import type { Handshake } from "../handshake.ts";
import { answerJson, refuseHandshake } from "../handshake.ts";
import { readJsonStrings } from "../json/read_json_strings.ts";
import type { Provider } from "../provider.ts";

const recipe: MacRecipe = {
  kind: "hmac",
  scheme: "zoom",
  signature: { header: "x-zm-signature" },
  format: { kind: "plain", prefix: "v0=", prefixRequired: true },
  digest: "sha256",
  encoding: "hex",
  signed: [{ literal: "v0:" }, "timestamp", { literal: ":" }, "body"],
  timestamp: {
    from: { header: "x-zm-request-timestamp" },
    unit: "s",
    pastSecondsMax: 300,
    futureSecondsMax: 300,
  },
};

/** No colon: the signed text of an event has two, so no answer to a handshake can be an event's signature. */
const PLAIN_TOKEN = /^[A-Za-z0-9._~+/=-]{1,500}$/;

/**
 * `endpoint.url_validation`, at set-up and every 72 hours: the receiver signs a token, chosen by the caller, with the secret
 * that also signs events. It is signed like events, and answered with the secret that signed it.
 */
const handshake: Handshake = {
  methods: ["POST"],
  verified: true,
  everyMs: 72 * 3_600_000,

  answer(request, { secrets }) {
    if (request.method !== "POST") return null;
    const type = readJsonStrings(request.body, ["event"])?.get("event");
    if (type !== "endpoint.url_validation") return null;
    const plainToken = readPlace({ request }, { json: "/payload/plainToken" });
    if (typeof plainToken !== "string" || !PLAIN_TOKEN.test(plainToken)) {
      return refuseHandshake(400, "the token does not have the form of Zoom's");
    }
    const verdict = verify(recipe, request, { secrets });
    const secret = verdict.ok ? secrets.find(({ id }) => id === verdict.secretId) : undefined;
    if (secret === undefined) return refuseHandshake(401, "it is not signed by Zoom");
    const encryptedToken = createHmac("sha256", secret.value).update(plainToken).digest("hex");
    return answerJson({ plainToken, encryptedToken });
  },

  sample(challenge, { url }) {
    const body = { payload: { plainToken: challenge }, event: "endpoint.url_validation" };
    const headers = { "content-type": "application/json; charset=utf-8" };
    return { method: "POST", url, headers, body: Buffer.from(JSON.stringify(body)) };
  },
};

/** Zoom's webhooks, signed with the app's secret token. Its requests have no id of the event. */
export const zoom: Provider = {
  id: "zoom",
  name: "Zoom",
  documentation: "https://developers.zoom.us/docs/api/webhooks/#verify-webhook-events",
  recipe,
  handshake,
  describe: { type: { json: "/event" }, id: null },
  canonical: {},
  // In milliseconds.
  identity: { bodiesDiffer: [{ json: "/event_ts" }] },
  ackDeadlineMs: 3_000,
  retries: {
    automatic: true,
    horizonMs: 85 * 60_000,
    note: "Three times: after 5, then 20, then 60 minutes.",
    waitsMs: [5 * MINUTE_MS, 20 * MINUTE_MS, HOUR_MS],
    source: "https://developers.zoom.us/blog/webhook-delays",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the app's secret token, not its verification token" },
  evidence: ["formula"],
  sampleTypes: ["meeting.started", "meeting.ended"],

  sample(type, now) {
    const body = JSON.stringify({
      event: type,
      payload: {
        account_id: "AAAAAABBBB",
        object: { id: "1234567890", uuid: "4444AAAiAAAAAiAiAiiAii==", topic: "Lesson" },
      },
      event_ts: now.getTime(),
    });
    return {
      body,
      contentType: "application/json; charset=utf-8",
      headers: { "user-agent": "Zoom Marketplace/1.0a" },
    };
  },
};
