import { readJson, readPointer, type SignedRequest, scalarText } from "@hookgate/signature";
import { hubHandshake } from "../handshake.ts";
import type { Provider } from "../provider.ts";

/**
 * Strava's documentation names no signature: the callback URL, which only the application's owner and Strava know, must contain
 * the secret. It proves who sent the request, but nothing about the body. `strava_signed` verifies `X-Strava-Signature`
 * (`t=…,v1=…`) as the code of several receivers does, which was found in 2026. They do not agree whether its key is the client
 * secret or one that no page says how to get, and others say that nothing is signed: choose it once such a request has verified.
 */
export const strava: Provider = {
  id: "strava",
  name: "Strava",
  documentation: "https://developers.strava.com/docs/webhooks/",
  recipe: { kind: "shared_secret", scheme: "strava", from: { query: "token" } },
  alternatives: [
    {
      kind: "hmac",
      scheme: "strava_signed",
      signature: { header: "x-strava-signature" },
      format: { kind: "pairs", delimiter: ",", key: "v1" },
      digest: "sha256",
      encoding: "hex",
      signed: ["timestamp", { literal: "." }, "body"],
      timestamp: { from: { pair: "t" }, unit: "s", pastSecondsMax: 300, futureSecondsMax: 300 },
    },
  ],
  // As Meta's, but the challenge is returned in a JSON object.
  handshake: hubHandshake({ member: "hub.challenge" }),
  /** `activity.create`. */
  describe(request: SignedRequest) {
    const body = readJson({ request });
    const text = (name: string) => scalarText(readPointer(body, `/${name}`)) ?? "";
    const [object, aspect] = [text("object_type"), text("aspect_type")];
    const type = object === "" || aspect === "" ? "" : `${object}.${aspect}`;
    return { type, providerEventId: "", readable: type !== "" };
  },
  canonical: {},
  // The time is in seconds.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 2_000,
  retries: {
    automatic: true,
    horizonMs: null,
    note: "Three attempts in all, until answered 200 within two seconds; how far apart is not documented.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[\w.~-]{16,}$/,
    note: "chosen by you; the callback URL ends with ?token= and this: 16 or more letters that need no escapes",
  },
  settings: [
    {
      name: "verify_token",
      required: true,
      secret: true,
      note: "verify_token, as given when the subscription is created",
    },
  ],
  evidence: ["shared_secret", "formula"],
  sampleTypes: ["activity.create", "activity.update", "athlete.update"],

  sample(type, now) {
    const [object = "", aspect = ""] = type.split(".");
    const body = JSON.stringify({
      aspect_type: aspect,
      event_time: Math.floor(now.getTime() / 1_000),
      object_id: 1360128428,
      object_type: object,
      owner_id: 134815,
      subscription_id: 120475,
      updates: {},
    });
    return { body, contentType: "application/json" };
  },
};
