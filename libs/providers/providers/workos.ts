import type { Provider } from "../provider.ts";

/** WorkOS signs the time in milliseconds and the body. Its package refuses only stale requests; here the future is, too. */
export const workos: Provider = {
  id: "workos",
  name: "WorkOS",
  documentation: "https://workos.com/docs/events/data-syncing/webhooks",
  recipe: {
    kind: "hmac",
    scheme: "workos",
    signature: { header: "workos-signature" },
    format: { kind: "pairs", delimiter: ",", key: "v1" },
    digest: "sha256",
    encoding: "hex",
    signed: ["timestamp", { literal: "." }, "body"],
    timestamp: { from: { pair: "t" }, unit: "ms", pastSecondsMax: 180, futureSecondsMax: 180 },
  },
  describe: { type: { json: "/event" }, id: { json: "/id" } },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 3 * 86_400_000,
    note:
      "Up to twelve times within three days, until answered 200; outside production only for some minutes, where " +
      "the dashboard can send again.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: /^\S+$/, note: "the webhook's signing secret; not an API key (sk_)" },
  compactJson: true,
  evidence: ["sdk"],
  sampleTypes: ["user.created", "connection.activated", "dsync.user.updated"],

  sample(type, now) {
    const id = now.getTime().toString().padStart(26, "0");
    const body = JSON.stringify({
      id: `event_${id}`,
      data: { object: type.split(".")[0], id: "user_01E4ZCR3C5A4QZ2Z2JQXGKZJ9E" },
      event: type,
      created_at: now.toISOString(),
    });
    return { body, contentType: "application/json" };
  },
};
