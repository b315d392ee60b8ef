import { readJson, readPlace, readPointer, type SignedRequest } from "@hookgate/signature";
import { BATCH_EVENTS_MAX, batchType } from "../batch_type.ts";
import { type Handshake, hasToken } from "../handshake.ts";
import type { Provider, ProviderDescription } from "../provider.ts";

/** GET with the subscriber's code, then with a wrong one: the right one wants 204, the other 404. */
const handshake: Handshake = {
  methods: ["GET"],
  verified: false,
  everyMs: null,

  answer(request, { settings }) {
    const code = readPlace({ request }, { query: "verify" });
    if (request.method !== "GET" || code === undefined) return null;
    if (hasToken(code, settings.verify_code)) return { status: 204, headers: {}, body: "" };
    const refused = "the code is not the source's; Fitbit sends a wrong one on purpose, too";
    return { status: 404, headers: {}, body: "", refused };
  },

  sample(_, { url }) {
    const asked = new URL(url);
    if (!asked.searchParams.has("verify")) asked.searchParams.set("verify", "example");
    return { method: "GET", url: asked.href, headers: {}, body: new Uint8Array() };
  },
};

/**
 * Fitbit signs the body as OAuth 1 would: the key is the client secret and `&`. It tells only what has changed. Google has
 * turned its API off on 2 November 2026, for the Google Health API: https://developers.google.com/health/about
 */
export const fitbit: Provider = {
  id: "fitbit",
  name: "Fitbit",
  documentation:
    "https://dev.fitbit.com/build/reference/web-api/developer-guide/using-subscriptions/",
  recipe: {
    kind: "hmac",
    scheme: "fitbit",
    signature: { header: "x-fitbit-signature" },
    digest: "sha1",
    encoding: "base64",
    key: "oauth1",
    signed: ["body"],
  },
  handshake,
  describe,
  canonical: {},
  // Every change of a collection on one day is the same notification.
  identity: { bodiesDiffer: false },
  ownResponse: { status: 204, contentType: "text/plain; charset=utf-8", body: "" },
  ackDeadlineMs: 5_000,
  retries: {
    automatic: true,
    horizonMs: null,
    note:
      "Until answered 204; no schedule was found. A subscriber that keeps failing is disabled. Google has turned the Fitbit Web " +
      "API off on 2 November 2026, so nothing comes any more.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the application's client secret, without an &" },
  settings: [
    {
      name: "verify_code",
      required: true,
      secret: true,
      note: "the subscriber's verification code, in the application's settings",
    },
  ],
  evidence: ["formula"],
  sampleTypes: ["activities", "sleep", "body"],

  sample(type, now) {
    const body = JSON.stringify([
      {
        collectionType: type,
        date: now.toISOString().slice(0, 10),
        ownerId: "228S74",
        ownerType: "user",
        subscriptionId: "1234",
      },
    ]);
    return { body, contentType: "application/json" };
  },
};

function describe(request: SignedRequest): ProviderDescription {
  const body = readJson({ request });
  const events: readonly unknown[] = Array.isArray(body) ? body : [];
  const isFit = events.length <= BATCH_EVENTS_MAX;
  const type = isFit ? batchType(events.map((event) => readPointer(event, "/collectionType"))) : "";
  return { type, providerEventId: "", readable: type !== "" };
}
