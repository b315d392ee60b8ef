import { readJson, readPlace, readPointer, type SignedRequest } from "@hookgate/signature";
import { batchType } from "../batch_type.ts";
import type { Handshake } from "../handshake.ts";
import { echoChallenge } from "../handshake.ts";
import type { Provider } from "../provider.ts";

const CHALLENGE_HEADER = "x-okta-verification-challenge";

/** The only GET: its header's value is returned in a JSON object. */
const handshake: Handshake = {
  methods: ["GET"],
  verified: false,
  everyMs: null,

  answer(request) {
    const challenge = readPlace({ request }, { header: CHALLENGE_HEADER });
    if (request.method !== "GET" || challenge === undefined) return null;
    return echoChallenge(challenge, { member: "verification" });
  },

  sample(challenge, { url }) {
    const headers = { [CHALLENGE_HEADER]: challenge };
    return { method: "GET", url, headers, body: new Uint8Array() };
  },
};

function describe(request: SignedRequest) {
  const json = readJson({ request });
  const events = readPointer(json, "/data/events");
  const types = Array.isArray(events)
    ? events.map((event) => readPointer(event, "/eventType"))
    : [];
  const type = batchType(types);
  const id = readPointer(json, "/eventId");
  return { type, providerEventId: typeof id === "string" ? id : "", readable: type !== "" };
}

/** Okta's event hooks sign nothing: they send a text chosen by the operator in the Authorization header. */
export const okta: Provider = {
  id: "okta",
  name: "Okta",
  documentation: "https://developer.okta.com/docs/concepts/event-hooks/",
  recipe: { kind: "shared_secret", scheme: "okta", from: { header: "authorization" } },
  handshake,
  describe,
  canonical: {},
  identity: { bodiesDiffer: false },
  // The documentation requires an empty body.
  ownResponse: { status: 200, contentType: "text/plain; charset=utf-8", body: "" },
  ackDeadlineMs: 3_000,
  retries: {
    automatic: true,
    horizonMs: null,
    note: "Once more at most, after a timeout or a 5xx; never after a 4xx.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: null,
    note: "the whole value of the Authorization header, as entered at the event hook",
  },
  evidence: ["shared_secret"],
  sampleTypes: ["user.session.start", "user.lifecycle.create"],

  sample(type, now) {
    const id = `00000000-0000-4000-8000-${now.getTime().toString().padStart(12, "0")}`;
    const event = { uuid: id, published: now.toISOString(), eventType: type, severity: "INFO" };
    const body = JSON.stringify({
      eventType: "com.okta.event_hook",
      eventTypeVersion: "1.0",
      cloudEventsVersion: "0.1",
      source: "https://example.okta.com/api/v1/eventHooks/who7hphp39JoHLni81d7",
      eventId: id,
      data: { events: [event] },
    });
    return { body, contentType: "application/json" };
  },
};
