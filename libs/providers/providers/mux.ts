import type { Provider } from "../provider.ts";

/** Mux signs the time and the body. Its package refuses only stale requests; here the future is refused, too. */
export const mux: Provider = {
  id: "mux",
  name: "Mux",
  documentation: "https://www.mux.com/docs/core/verify-webhook-signatures",
  recipe: {
    kind: "hmac",
    scheme: "mux",
    signature: { header: "mux-signature" },
    format: { kind: "pairs", delimiter: ",", key: "v1" },
    digest: "sha256",
    encoding: "hex",
    signed: ["timestamp", { literal: "." }, "body"],
    timestamp: { from: { pair: "t" }, unit: "s", pastSecondsMax: 300, futureSecondsMax: 300 },
  },
  describe: { type: { json: "/type" }, id: { json: "/id" } },
  canonical: {},
  // A retry lists its `attempts` in the signed body, so only the id tells.
  identity: { bodiesDiffer: false },
  // https://www.mux.com/docs/core/listen-for-webhooks
  ackDeadlineMs: 5_000,
  retries: {
    automatic: true,
    horizonMs: 86_400_000,
    note: "With growing delays for 24 hours, until answered with a 2xx.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^\S+$/,
    note: "the webhook's signing secret, one for each webhook and environment; not an access token",
  },
  evidence: ["sdk"],
  sampleTypes: ["video.asset.ready", "video.asset.errored", "video.live_stream.active"],

  sample(type, now) {
    const number = now.getTime().toString().padStart(12, "0");
    const body = JSON.stringify({
      type,
      id: `00000000-0000-4000-8000-${number}`,
      created_at: now.toISOString(),
      object: { type: type.split(".")[1] ?? type, id: "hTqZnX9N5r3SZHpUUTIEWGCh" },
      environment: { name: "Production", id: "j0863n" },
      data: { id: "hTqZnX9N5r3SZHpUUTIEWGCh", status: "ready" },
      attempts: [],
    });
    return { body, contentType: "application/json" };
  },
};
