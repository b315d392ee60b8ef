import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { readRule } from "../describe_event.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../durations.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  "payment.updated.completed": "payment.success",
  "payment.updated.failed": "payment.failed",
  "refund.updated.completed": "payment.refunded",
  "subscription.created": "subscription.created",
  "subscription.updated.canceled": "subscription.cancelled",
} as const;

const RULE = { type: { json: "/type" }, id: { json: "/event_id" } };

/** Square signs its notification URL, exactly as it was entered there, together with the body. */
export const square: Provider = {
  id: "square",
  name: "Square",
  documentation: "https://developer.squareup.com/docs/webhooks/step3validate",
  recipe: {
    kind: "hmac",
    scheme: "square",
    signature: { header: "x-square-hmacsha256-signature" },
    digest: "sha256",
    encoding: "base64",
    signed: ["url", "body"],
  },
  describe,
  canonical: CANONICAL,
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 10_000,
  retries: {
    automatic: true,
    horizonMs: 72 * 3_600_000,
    note:
      "After 1, 2, 4, 8, 16 and 32 minutes, then hourly until the event is 72 hours old. An endpoint that never " +
      "answers with a 2xx is disabled after three weeks.",
    waitsMs: [
      MINUTE_MS,
      2 * MINUTE_MS,
      4 * MINUTE_MS,
      8 * MINUTE_MS,
      16 * MINUTE_MS,
      32 * MINUTE_MS,
    ],
    everyMs: HOUR_MS,
    switchesOff: {
      afterMs: 21 * DAY_MS,
      how: "disabled",
      source: "https://developer.squareup.com/docs/webhooks/step4manage",
    },
    source: "https://developer.squareup.com/docs/webhooks-api/delivery-sla",
  },
  needsPublicUrl: true,
  secretHint: { pattern: null, note: "the webhook subscription's signature key" },
  evidence: ["sdk"],
  sampleTypes: Object.keys(CANONICAL),

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const [, updated, status] = /^(\w+\.updated)\.(\w+)$/.exec(own) ?? [];
    const [resource = ""] = own.split(".");
    const id = `${resource}_1`;
    const body = JSON.stringify({
      merchant_id: "6SSW7HV8K2ST5",
      type: updated ?? own,
      event_id: `00000000-0000-4000-8000-${now.getTime().toString().padStart(12, "0")}`,
      created_at: now.toISOString(),
      data: {
        type: resource,
        id,
        object: { [resource]: { id, status: status?.toUpperCase() ?? "PENDING" } },
      },
    });
    return { body, contentType: "application/json" };
  },
};

/** A payment, refund or subscription is updated repeatedly: its status says what happened. */
function describe(request: SignedRequest): ProviderDescription {
  const own = readRule(RULE, request);
  const resource = /^(payment|refund|subscription)\.updated$/.exec(own.type)?.[1];
  if (resource === undefined) return own;
  const status = readPointer(readJson({ request }), `/data/object/${resource}/status`);
  return typeof status === "string" ? { ...own, type: `${own.type}.${status.toLowerCase()}` } : own;
}
