import type { Provider } from "../provider.ts";

/** PagerDuty (V3) signs the body; during a rotation there are several `v1`, one for each secret. */
export const pagerduty: Provider = {
  id: "pagerduty",
  name: "PagerDuty",
  documentation: "https://docs.pagerduty.com/developer/verifying-webhook-signatures",
  recipe: {
    kind: "hmac",
    scheme: "pagerduty",
    signature: { header: "x-pagerduty-signature" },
    format: { kind: "pairs", delimiter: ",", key: "v1" },
    digest: "sha256",
    encoding: "hex",
    // The secret's text: it looks like base64, but is not decoded.
    key: "utf8",
    signed: ["body"],
  },
  describe: { type: { json: "/event/event_type" }, id: { json: "/event/id" } },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 5_000,
  retries: {
    automatic: true,
    horizonMs: 48 * 3_600_000,
    note:
      "For 48 hours after 5xx, 429 or no answer; any other 4xx drops the event at once, and three dropped in a row " +
      "disable the webhook for 24 hours.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: null,
    note: "the secret in the response to creating the webhook subscription",
  },
  evidence: ["example"],
  sampleTypes: [
    "incident.triggered",
    "incident.acknowledged",
    "incident.resolved",
    "service.updated",
  ],

  sample(type, now) {
    const resource = type.split(".")[0] ?? type;
    const body = JSON.stringify({
      event: {
        id: `01${now.getTime()}`,
        event_type: type,
        resource_type: resource,
        occurred_at: now.toISOString(),
        agent: { id: "PLH1HKV", type: "user_reference", summary: "Tenex Engineer" },
        client: null,
        data: { id: "PGR0VU2", type: resource, summary: "A little bump in the road" },
      },
    });
    return { body, contentType: "application/json" };
  },
};
