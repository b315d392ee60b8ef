import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { HOUR_MS } from "../durations.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  "orders/paid": "payment.success",
  "order_transactions/create.failure": "payment.failed",
  "subscription_billing_attempts/failure": "payment.failed",
  "refunds/create": "payment.refunded",
  "subscription_contracts/create": "subscription.created",
  "subscription_contracts/cancel": "subscription.cancelled",
} as const;

/**
 * Shopify signs only the body: topic and ids are headers that anyone could change. Its newer Events are signed in the same
 * way with the same key; their headers have no `X-`.
 */
export const shopify: Provider = {
  id: "shopify",
  name: "Shopify",
  documentation: "https://shopify.dev/docs/apps/build/webhooks/verify-deliveries",
  recipe: {
    kind: "hmac",
    scheme: "shopify",
    signature: [{ header: "x-shopify-hmac-sha256" }, { header: "shopify-hmac-sha256" }],
    digest: "sha256",
    encoding: "base64",
    signed: ["body"],
  },
  describe,
  // No statement on the largest body was found.
  canonical: CANONICAL,
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 5_000,
  retries: {
    automatic: true,
    horizonMs: 4 * 3_600_000,
    note:
      "Eight times within four hours, then the subscription is removed. It must connect within one second. For up " +
      "to an hour after a rotation of the client secret, Shopify signs with the old one.",
    switchesOff: { afterMs: 4 * HOUR_MS, how: "removed" },
    source: "https://shopify.dev/docs/apps/build/webhooks/subscribe/https",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^(?:(?:shpss_)?[0-9a-f]{32}|[0-9a-f]{64})$/,
    note:
      "the app's client secret; webhooks that were created in a shop's settings are signed with the key shown " +
      "there",
  },
  evidence: ["sdk"],
  sampleTypes: Object.keys(CANONICAL),

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const [, topic = own, status] = /^(order_transactions\/create)\.(\w+)$/.exec(own) ?? [];
    const transaction = status === undefined ? {} : { kind: "sale", status };
    const body = {
      id: 820982911946154500,
      currency: "EUR",
      total_price: "49.00",
      created_at: now.toISOString(),
      ...transaction,
    };
    const number = now.getTime().toString().padStart(12, "0");
    return {
      body: JSON.stringify(body),
      contentType: "application/json",
      headers: {
        "x-shopify-topic": topic,
        "x-shopify-shop-domain": "example.myshopify.com",
        "x-shopify-api-version": "2026-01",
        "x-shopify-webhook-id": `00000000-0000-4000-8000-${number}`,
        "x-shopify-event-id": `00000000-0000-4000-9000-${number}`,
        "x-shopify-triggered-at": now.toISOString(),
      },
    };
  },
};

function describe(request: SignedRequest): ProviderDescription {
  const header = (name: string) => request.headers(name)[0] ?? "";
  // The delivery's id, which its retries keep. The event's id is shared by all topics for that event.
  const providerEventId = header("x-shopify-webhook-id") || header("shopify-webhook-id");
  const topic = header("x-shopify-topic") || eventTopic(header);
  const failed = topic === "order_transactions/create" && isFailedPayment(request);
  return {
    type: failed ? `${topic}.failure` : topic,
    providerEventId,
    readable: topic !== "",
    typeAt: { header: "x-shopify-topic" },
    idAt: { header: "x-shopify-webhook-id" },
  };
}

/** For Events, whose topic names only the resource. */
function eventTopic(header: (name: string) => string): string {
  return [header("shopify-topic"), header("shopify-action")]
    .filter((part) => part !== "")
    .join("/");
}

/** For a transaction: there is no topic for failed payments. */
function isFailedPayment(request: SignedRequest): boolean {
  const body = readJson({ request });
  const kind = readPointer(body, "/kind");
  const status = readPointer(body, "/status");
  return (kind === "sale" || kind === "capture") && (status === "failure" || status === "error");
}
