import { readJson, readPointer, type SignedRequest, scalarText } from "@hookgate/signature";
import { BATCH_EVENTS_MAX, batchType } from "../batch_type.ts";
import type { Handshake } from "../handshake.ts";
import type { Provider, ProviderDescription } from "../provider.ts";

/** The console's button sends a signed request without events. */
const EMPTY_BYTES_MAX = 1_000;

function eventsOf(request: SignedRequest): readonly unknown[] | null {
  const events = readPointer(readJson({ request }), "/events");
  return Array.isArray(events) ? events : null;
}

const handshake: Handshake = {
  methods: ["POST"],
  verified: true,
  everyMs: null,

  answer(request) {
    const isShort = request.method === "POST" && request.body.length <= EMPTY_BYTES_MAX;
    if (!isShort || eventsOf(request)?.length !== 0) return null;
    return { status: 200, headers: {}, body: "" };
  },

  // It has no challenge.
  sample(_, { url }) {
    const body = JSON.stringify({ destination: "U00000000000000000000000000000000", events: [] });
    const headers = { "content-type": "application/json; charset=utf-8" };
    return { method: "POST", url, headers, body: Buffer.from(body) };
  },
};

/** LINE's Messaging API signs the body with the channel's secret. */
export const line: Provider = {
  id: "line",
  name: "LINE",
  documentation: "https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/",
  recipe: {
    kind: "hmac",
    scheme: "line",
    signature: { header: "x-line-signature" },
    digest: "sha256",
    encoding: "base64",
    signed: ["body"],
  },
  handshake,
  describe,
  canonical: {},
  // A redelivery says in the signed body that it is one, so only the id of a single event tells.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: null,
    horizonMs: null,
    note: "Only if redelivery is switched on for the channel; LINE does not disclose how often and for how long.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[0-9a-f]{32}$/,
    note: "the channel secret, 32 hexadecimal digits",
    trial: (hex) => hex.slice(0, 32),
  },
  evidence: ["sdk"],
  sampleTypes: ["message", "follow", "postback"],

  sample(type, now) {
    const body = JSON.stringify({
      destination: "U8e742f61d673b39c7fff3cecb7536ef0",
      events: [
        {
          type,
          mode: "active",
          timestamp: now.getTime(),
          source: { type: "user", userId: "U4af4980629000000000000000000000a" },
          webhookEventId: `01H${now.getTime()}`,
          deliveryContext: { isRedelivery: false },
          replyToken: "nHuyWiB7yP5Zw52FIkcQobQuGDXCTA",
        },
      ],
    });
    return { body, contentType: "application/json; charset=utf-8" };
  },
};

/** The id is that of the only event: nobody says whether several come again together. */
function describe(request: SignedRequest): ProviderDescription {
  const events = eventsOf(request) ?? [];
  const isFit = events.length <= BATCH_EVENTS_MAX;
  const type = isFit ? batchType(events.map((event) => readPointer(event, "/type"))) : "";
  const id = events.length === 1 ? scalarText(readPointer(events[0], "/webhookEventId")) : null;
  return { type, providerEventId: id ?? "", readable: type !== "" };
}
