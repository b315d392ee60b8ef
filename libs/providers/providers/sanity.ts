import { SECOND_MS } from "../durations.ts";
import type { Provider } from "../provider.ts";

/**
 * Sanity's GROQ-powered webhooks. The time is signed, but neither the documentation nor the package states a tolerance: it
 * is as long as Sanity retries. The
 * body is the result of the webhook's projection; the operation and the id are headers that are not signed.
 */
export const sanity: Provider = {
  id: "sanity",
  name: "Sanity",
  documentation: "https://www.sanity.io/docs/content-lake/webhooks",
  recipe: {
    kind: "hmac",
    scheme: "sanity",
    signature: { header: "sanity-webhook-signature" },
    format: { kind: "pairs", delimiter: ",", key: "v1" },
    digest: "sha256",
    encoding: "base64url",
    signed: ["timestamp", { literal: "." }, "body"],
    timestamp: { from: { pair: "t" }, unit: "ms", pastSecondsMax: 60 + 300, futureSecondsMax: 300 },
  },
  // A webhook's `httpMethod`, with the same body for each: https://www.sanity.io/docs/http-reference/webhooks
  methods: ["POST", "GET", "PUT", "PATCH", "DELETE"],
  describe: { type: { header: "sanity-operation" }, id: { header: "idempotency-key" } },
  canonical: {},
  // The body is what the projection selects: it may be the same for several changes.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 30_000,
  retries: {
    automatic: true,
    horizonMs: 60_000,
    note: "Twice, 30 seconds apart, and only after 429 or 5xx: any other answer loses the event.",
    waitsMs: [30 * SECOND_MS, 30 * SECOND_MS],
    source: "https://www.sanity.io/docs/content-lake/webhooks",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "any text, as entered at the webhook's settings" },
  evidence: ["sdk"],
  sampleTypes: ["create", "update", "delete"],

  sample(type, now) {
    const body = JSON.stringify({ _id: "post-1", _type: "post", _updatedAt: now.toISOString() });
    return {
      body,
      contentType: "application/json",
      headers: {
        "sanity-operation": type,
        "sanity-document-id": "post-1",
        "sanity-project-id": "abc12345",
        "sanity-dataset": "production",
        "sanity-webhook-id": "hook-1",
        "sanity-transaction-id": `transaction-${now.getTime()}`,
        "sanity-transaction-time": now.toISOString(),
        "idempotency-key": `hook-1-${now.getTime()}`,
      },
    };
  },
};
