import {
  readJson,
  readPlace,
  readPointer,
  type SignedRequest,
  scalarText,
} from "@hookgate/signature";
import { batchType } from "../batch_type.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../durations.ts";
import { echoChallenge, type Handshake } from "../handshake.ts";
import type { Provider, ProviderDescription } from "../provider.ts";

const KIND = "aeg-event-type";
const VALIDATION = "Microsoft.EventGrid.SubscriptionValidationEvent";

/** `SubscriptionValidation`, when a subscription is created: it has the secret, as events have. */
const handshake: Handshake = {
  methods: ["POST"],
  verified: true,
  everyMs: null,

  answer(request) {
    const reading = { request };
    if (request.method !== "POST") return null;
    if (readPlace(reading, { header: KIND }) !== "SubscriptionValidation") return null;
    const code = readPlace(reading, { json: "/0/data/validationCode" });
    return echoChallenge(code, { member: "validationResponse" });
  },

  sample(challenge, { url }) {
    const event = {
      id: "2d1781af-3a4c-4d7c-bd0c-e34b19da4e66",
      topic: "/subscriptions/00000000-0000-4000-8000-000000000000",
      subject: "",
      data: { validationCode: challenge },
      eventType: VALIDATION,
      eventTime: "2026-01-01T00:00:00.0000000Z",
      metadataVersion: "1",
      dataVersion: "1",
    };
    const headers = {
      "content-type": "application/json; charset=utf-8",
      [KIND]: "SubscriptionValidation",
    };
    return { method: "POST", url, headers, body: Buffer.from(JSON.stringify([event])) };
  },
};

/**
 * Azure Event Grid with its own schema; with the CloudEvents schema it is `cloudevents`. It signs nothing: the endpoint's URL
 * has a secret in a parameter, or (`event_grid_header`) a delivery property sends it as the Authorization header. Event Grid
 * names no parameter: `code` is our choice, after the URLs of Azure Functions.
 */
export const eventGrid: Provider = {
  id: "event_grid",
  name: "Azure Event Grid",
  documentation:
    "https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema",
  recipe: { kind: "shared_secret", scheme: "event_grid", from: { query: "code" } },
  alternatives: [
    { kind: "shared_secret", scheme: "event_grid_header", from: { header: "authorization" } },
  ],
  handshake,
  describe,
  canonical: {},
  // Events have required ids and times.
  identity: { bodiesDiffer: [{ json: "/0/id" }] },
  // https://learn.microsoft.com/azure/event-grid/delivery-and-retry: a batch has up to 1,024 KB, an event up to 1 MB, and the
  // brackets come on top.
  bodyBytesMax: 2 * 1024 * 1024,
  ackDeadlineMs: 30_000,
  retries: {
    automatic: true,
    horizonMs: 86_400_000,
    note: "Up to 30 times within 24 hours, at growing intervals; after a 400, 401 or 413 it does not retry.",
    waitsMs: [
      10 * SECOND_MS,
      30 * SECOND_MS,
      MINUTE_MS,
      5 * MINUTE_MS,
      10 * MINUTE_MS,
      30 * MINUTE_MS,
      HOUR_MS,
      3 * HOUR_MS,
      6 * HOUR_MS,
      12 * HOUR_MS,
    ],
    source: "https://learn.microsoft.com/azure/event-grid/delivery-and-retry",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^\S{16,}$/,
    note: "chosen by you, 16 letters or more: ?code= of the endpoint's URL, or the whole Authorization header",
  },
  evidence: ["shared_secret"],
  sampleTypes: ["Microsoft.Storage.BlobCreated", "recordInserted"],

  sample(type, now) {
    const event = {
      topic: "/subscriptions/00000000-0000-4000-8000-000000000000",
      subject: "/blobServices/default/containers/test/blobs/new.txt",
      eventType: type,
      id: `00000000-0000-4000-8000-${now.getTime().toString().padStart(12, "0")}`,
      data: { api: "PutBlob", contentType: "text/plain" },
      dataVersion: "1.0",
      metadataVersion: "1",
      eventTime: now.toISOString(),
    };
    return {
      body: JSON.stringify([event]),
      contentType: "application/json; charset=utf-8",
      headers: { [KIND]: "Notification", "aeg-delivery-count": "0", "aeg-data-version": "1.0" },
    };
  },
};

/** A list, usually of one event. */
function describe(request: SignedRequest): ProviderDescription {
  const json = readJson({ request });
  const events: readonly unknown[] = Array.isArray(json) ? json : [];
  const type = batchType(events.map((event) => readPointer(event, "/eventType")));
  const [only] = events.length === 1 ? events : [];
  const id = scalarText(readPointer(only, "/id")) ?? "";
  return { type, providerEventId: id, readable: type !== "" };
}
