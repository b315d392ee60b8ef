import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { BATCH_EVENTS_MAX, batchType } from "../batch_type.ts";
import { DAY_MS } from "../durations.ts";
import type { Handshake } from "../handshake.ts";
import type { Provider, ProviderDescription } from "../provider.ts";

/** An intent to receive has only a little entropy in addition. */
const INTENT_BYTES_MAX = 1_000;

function eventsOf(request: SignedRequest): readonly unknown[] | null {
  const events = readPointer(readJson({ request }), "/events");
  return Array.isArray(events) ? events : null;
}

/**
 * "Intent to receive": requests without events, some signed wrongly on purpose. The right ones want an empty 200, the
 * others 401.
 */
const handshake: Handshake = {
  methods: ["POST"],
  verified: true,
  everyMs: null,

  answer(request) {
    const isShort = request.method === "POST" && request.body.length <= INTENT_BYTES_MAX;
    if (!isShort || eventsOf(request)?.length !== 0) return null;
    return { status: 200, headers: {}, body: "" };
  },

  sample(challenge, { url }) {
    const body = JSON.stringify({
      events: [],
      firstEventSequence: 0,
      lastEventSequence: 0,
      entropy: challenge,
    });
    const headers = { "content-type": "application/json" };
    return { method: "POST", url, headers, body: Buffer.from(body) };
  },
};

/** Xero signs the body. Events name only what has changed. */
export const xero: Provider = {
  id: "xero",
  name: "Xero",
  documentation:
    "https://developer.xero.com/documentation/guides/webhooks/configuring-your-server/",
  recipe: {
    kind: "hmac",
    scheme: "xero",
    signature: { header: "x-xero-signature" },
    digest: "sha256",
    encoding: "base64",
    signed: ["body"],
  },
  handshake,
  describe,
  canonical: {},
  // A batch has sequence numbers and a random text.
  identity: { bodiesDiffer: [{ json: "/lastEventSequence" }] },
  // Of an intent to receive it wants no body either way.
  ownResponse: {
    status: 200,
    contentType: "text/plain; charset=utf-8",
    body: "",
    emptyRefusals: true,
  },
  ackDeadlineMs: 5_000,
  retries: {
    automatic: true,
    horizonMs: 86_400_000,
    note: "With growing delays for up to 24 hours; then the webhook is disabled.",
    switchesOff: { afterMs: DAY_MS, how: "disabled" },
    source: "https://developer.xero.com/documentation/guides/webhooks/configuring-your-server/",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the app's webhooks key, used as it is shown" },
  evidence: ["formula"],
  sampleTypes: ["CONTACT.UPDATE", "INVOICE.CREATE", "INVOICE.UPDATE"],

  sample(type, now) {
    const [category = "", action = ""] = type.split(".");
    const id = "717f2bfc-c6d4-41fd-b238-3f2f0c0cf777";
    const sequence = Math.floor(now.getTime() / 1_000);
    const body = JSON.stringify({
      events: [
        {
          resourceUrl: `https://api.xero.com/api.xro/2.0/${category}/${id}`,
          resourceId: id,
          eventDateUtc: now.toISOString().slice(0, -1),
          eventType: action,
          eventCategory: category,
          tenantId: "c2cc9b6e-9458-4c7d-93cc-f02b81b0594f",
          tenantType: "ORGANISATION",
        },
      ],
      firstEventSequence: sequence,
      lastEventSequence: sequence,
      entropy: "S0m3r4Nd0mt3xt",
    });
    return { body, contentType: "application/json" };
  },
};

/** `CONTACT.UPDATE`. Events have no ids. */
function describe(request: SignedRequest): ProviderDescription {
  const events = eventsOf(request) ?? [];
  const types = events.slice(0, BATCH_EVENTS_MAX + 1).map((event) => {
    const category = readPointer(event, "/eventCategory");
    const action = readPointer(event, "/eventType");
    return typeof category === "string" && typeof action === "string"
      ? `${category}.${action}`
      : undefined;
  });
  const type = types.length > BATCH_EVENTS_MAX ? "" : batchType(types);
  return { type, providerEventId: "", readable: type !== "" };
}
