import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import type { Handshake } from "../handshake.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  // An order of physical goods passes through both.
  "order.updated.processing": "payment.success",
  "order.updated.completed": "payment.success",
  "order.updated.failed": "payment.failed",
  "order.updated.refunded": "payment.refunded",
  "subscription.created": "subscription.created",
  "subscription.updated.cancelled": "subscription.cancelled",
} as const;

const PING = /^webhook_id=\d{1,20}$/;

/**
 * Sent when a webhook is saved: a form with the webhook's number, not signed. Only a 200 activates the webhook, and there is
 * nothing in it to keep.
 */
const handshake: Handshake = {
  methods: ["POST"],
  verified: false,
  everyMs: null,

  answer({ method, headers, body }) {
    const isSigned = headers("x-wc-webhook-signature").length > 0;
    if (method !== "POST" || isSigned || body.length > 64) return null;
    if (!PING.test(Buffer.from(body).toString("latin1"))) return null;
    return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body: "" };
  },

  sample(_challenge, { url }) {
    return {
      method: "POST",
      url,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: Buffer.from("webhook_id=1"),
    };
  },
};

/** WooCommerce signs only the body: topic and id are headers that anyone could change. */
export const woocommerce: Provider = {
  id: "woocommerce",
  name: "WooCommerce",
  documentation: "https://woocommerce.com/document/webhooks/",
  recipe: {
    kind: "hmac",
    scheme: "woocommerce",
    signature: { header: "x-wc-webhook-signature" },
    digest: "sha256",
    encoding: "base64",
    signed: ["body"],
  },
  handshake,
  describe,
  canonical: CANONICAL,
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 60_000,
  retries: {
    automatic: false,
    horizonMs: null,
    note: "Never; more than five failures in a row disable the webhook. It uses HTTP/1.0 and follows no redirects.",
    switchesOff: { failures: 6, how: "disabled" },
    source: "https://woocommerce.com/document/webhooks/",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "any text, as entered for the webhook" },
  evidence: ["formula"],
  sampleTypes: Object.keys(CANONICAL),

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const [, topic = own, status] = /^(\w+\.updated)\.([\w-]+)$/.exec(own) ?? [];
    const [resource = "", event = ""] = topic.split(".");
    const body = JSON.stringify({
      id: 727,
      status: status ?? "pending",
      currency: "EUR",
      date_created_gmt: now.toISOString().slice(0, 19),
      total: "49.00",
    });
    return {
      body,
      contentType: "application/json",
      headers: {
        "user-agent": "WooCommerce/10.0.0 Hookshot (WordPress/6.8)",
        "x-wc-webhook-source": "https://shop.example.com/",
        "x-wc-webhook-topic": topic,
        "x-wc-webhook-resource": resource,
        "x-wc-webhook-event": event,
        "x-wc-webhook-id": "1",
        "x-wc-webhook-delivery-id": now.getTime().toString(16).padStart(32, "0"),
      },
    };
  },
};

/** An order is updated repeatedly: its status says what happened. */
function describe(request: SignedRequest): ProviderDescription {
  const topic = request.headers("x-wc-webhook-topic")[0] ?? "";
  const own = {
    type: topic,
    providerEventId: request.headers("x-wc-webhook-delivery-id")[0] ?? "",
    readable: topic !== "",
    typeAt: { header: "x-wc-webhook-topic" },
    idAt: { header: "x-wc-webhook-delivery-id" },
  };
  if (topic !== "order.updated" && topic !== "subscription.updated") return own;
  const status = readPointer(readJson({ request }), "/status");
  return typeof status === "string" ? { ...own, type: `${topic}.${status}` } : own;
}
