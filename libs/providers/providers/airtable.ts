import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { DAY_MS } from "../durations.ts";
import type { Provider } from "../provider.ts";

/** Airtable tells only that a base has changed: what has changed must be fetched. There is one type, `notification`. */
export const airtable: Provider = {
  id: "airtable",
  name: "Airtable",
  documentation: "https://airtable.com/developers/web/api/webhooks-overview",
  recipe: {
    kind: "hmac",
    scheme: "airtable",
    signature: { header: "x-airtable-content-mac" },
    format: { kind: "plain", prefix: "hmac-sha256=", prefixRequired: true },
    digest: "sha256",
    encoding: "hex",
    key: "base64",
    signed: ["body"],
  },
  describe(request: SignedRequest) {
    const readable = typeof readPointer(readJson({ request }), "/webhook/id") === "string";
    return { type: readable ? "notification" : "", providerEventId: "", readable };
  },
  canonical: {},
  // Base, webhook and a time in milliseconds.
  identity: { bodiesDiffer: [{ json: "/timestamp" }] },
  // The documentation requires an empty body.
  ownResponse: { status: 200, contentType: "text/plain; charset=utf-8", body: "" },
  ackDeadlineMs: 25_000,
  retries: {
    automatic: true,
    horizonMs: 86_400_000,
    note:
      "Up to 13 times with growing delays from 10 seconds, for about a day; then notifications are disabled. What has " +
      "changed can be fetched for a week.",
    switchesOff: { afterMs: DAY_MS, how: "disabled" },
    source: "https://airtable.com/developers/web/api/webhooks-overview",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[A-Za-z0-9+/]{20,}={0,2}$/,
    note: "macSecretBase64, which is returned once, when the webhook is created",
  },
  evidence: ["formula"],
  sampleTypes: ["notification"],

  sample(_, now) {
    const body = JSON.stringify({
      base: { id: "app00000000000000" },
      webhook: { id: "ach00000000000000" },
      timestamp: now.toISOString(),
    });
    return { body, contentType: "application/json" };
  },
};
