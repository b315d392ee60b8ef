import { readJson, readPlace, readPointer, type SignedRequest } from "@hookgate/signature";
import { batchType } from "../batch_type.ts";
import type { Handshake } from "../handshake.ts";
import { refuseHandshake } from "../handshake.ts";
import type { Provider } from "../provider.ts";

/** A DNS name, as the specification requires; it is echoed in a header. */
const ORIGIN = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
/** Requests per minute. */
const RATE = /^[1-9]\d{0,8}$/;

/**
 * OPTIONS with `WebHook-Request-Origin`: permission for a sender to send. It proves nothing about the sender: events still
 * need the secret. The permitted rate is the requested one, because the source's own limit applies anyway.
 */
const handshake: Handshake = {
  methods: ["OPTIONS"],
  verified: false,
  everyMs: null,

  answer(request, { settings }) {
    const reading = { request };
    const origin = readPlace(reading, { header: "webhook-request-origin" });
    if (request.method !== "OPTIONS" || origin === undefined) return null;
    if (origin === null || !ORIGIN.test(origin)) {
      return refuseHandshake(400, "the origin is not a host name");
    }
    const { allowed_origin: allowed = "" } = settings;
    if (allowed !== "" && allowed.toLowerCase() !== origin.toLowerCase()) {
      return refuseHandshake(403, "the origin is not the source's");
    }
    const rate = readPlace(reading, { header: "webhook-request-rate" });
    const headers = {
      allow: "POST, OPTIONS",
      "webhook-allowed-origin": origin,
      "webhook-allowed-rate": typeof rate === "string" && RATE.test(rate) ? rate : "*",
    };
    return { status: 200, headers, body: "" };
  },

  sample(challenge, { url }) {
    const headers = { "webhook-request-origin": challenge, "webhook-request-rate": "120" };
    return { method: "OPTIONS", url, headers, body: new Uint8Array() };
  },
};

/** Binary mode has the attributes in headers, structured mode in the body, batched mode in a list of those. */
function describe(request: SignedRequest) {
  const [named = ""] = request.headers("ce-type");
  const [id = ""] = request.headers("ce-id");
  const [source = ""] = request.headers("ce-source");
  if (named !== "") {
    const [typeAt, idAt] = [{ header: "ce-type" }, { header: "ce-id" }];
    const providerEventId = identityOf(source, id);
    return { type: named, providerEventId, readable: true, typeAt, idAt };
  }
  const json = readJson({ request });
  if (Array.isArray(json)) {
    const type = batchType(json.map((event) => readPointer(event, "/type")));
    return { type, providerEventId: "", readable: type !== "" };
  }
  const type = textOf(readPointer(json, "/type"));
  return {
    type,
    providerEventId: identityOf(
      textOf(readPointer(json, "/source")),
      textOf(readPointer(json, "/id")),
    ),
    readable: type !== "",
  };
}

/**
 * An id is unique for its source only (CloudEvents 1.0, "id"): two sources that count their events have the same ids, and in
 * binary mode perhaps the same bodies.
 */
function identityOf(source: string, id: string): string {
  return source === "" || id === "" ? id : `${source} ${id}`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/**
 * CloudEvents over webhooks, as Azure Event Grid, Knative and others send them. The specification has no signatures: a
 * token is sent in the Authorization header or, weaker, in the URL.
 */
export const cloudevents: Provider = {
  id: "cloudevents",
  name: "CloudEvents",
  documentation: "https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md",
  recipe: {
    kind: "shared_secret",
    scheme: "cloudevents",
    from: { header: "authorization" },
    prefix: "Bearer ",
  },
  alternatives: [
    { kind: "shared_secret", scheme: "cloudevents_url", from: { query: "access_token" } },
  ],
  handshake,
  describe,
  canonical: {},
  // Several events in a list: each has an id, which is required, and is the same only in a repetition.
  identity: { bodiesDiffer: [{ json: "/0/id" }] },
  // The specification names none. As Event Grid sends them: https://learn.microsoft.com/azure/event-grid/delivery-and-retry
  bodyBytesMax: 2 * 1024 * 1024,
  ackDeadlineMs: null,
  retries: {
    automatic: null,
    horizonMs: null,
    note: "The sender decides: the specification says only that 410 ends the retries.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: null,
    note: "the token after Bearer; with cloudevents_url, ?access_token= of the URL",
  },
  settings: [
    {
      name: "allowed_origin",
      required: false,
      secret: false,
      note: "the only origin that may send, such as eventgrid.azure.net; any if unset",
    },
  ],
  evidence: ["shared_secret"],
  sampleTypes: ["com.example.order.created"],

  sample(type, now) {
    const body = JSON.stringify({
      specversion: "1.0",
      id: `${now.getTime()}`,
      source: "https://example.com/orders",
      type,
      time: now.toISOString(),
      datacontenttype: "application/json",
      data: { order: 1 },
    });
    return { body, contentType: "application/cloudevents+json; charset=utf-8" };
  },
};
