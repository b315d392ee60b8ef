import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { readRule } from "../describe_event.ts";
import { SECOND_MS } from "../durations.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  order_created: "payment.success",
  subscription_payment_success: "payment.success",
  "order_created.failed": "payment.failed",
  subscription_payment_failed: "payment.failed",
  order_refunded: "payment.refunded",
  subscription_payment_refunded: "payment.refunded",
  subscription_created: "subscription.created",
  subscription_cancelled: "subscription.cancelled",
} as const;

const RULE = { type: [{ json: "/meta/event_name" }, { header: "x-event-name" }], id: null };

/** Lemon Squeezy signs the body; no id of the event is documented, so duplicates are found by the body's digest. */
export const lemonSqueezy: Provider = {
  id: "lemon_squeezy",
  name: "Lemon Squeezy",
  documentation: "https://docs.lemonsqueezy.com/help/webhooks/signing-requests",
  recipe: {
    kind: "hmac",
    scheme: "lemon_squeezy",
    signature: { header: "x-signature" },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  describe,
  canonical: CANONICAL,
  identity: { bodiesDiffer: [{ json: "/data/attributes/updated_at" }] },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 155_000,
    note: "Three times, after about 5, 25 and 125 seconds. Only 200 counts as received.",
    waitsMs: [5 * SECOND_MS, 25 * SECOND_MS, 125 * SECOND_MS],
    source: "https://docs.lemonsqueezy.com/help/webhooks/webhook-requests",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^.{6,40}$/,
    note: "6 to 40 characters, as entered for the webhook",
    trial: (hex) => hex.slice(0, 40),
  },
  evidence: ["formula"],
  sampleTypes: Object.keys(CANONICAL),

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const [, event_name = own, status = "paid"] = /^(order_created)\.(\w+)$/.exec(own) ?? [];
    const isInvoice = event_name.startsWith("subscription_payment_");
    const attributes = isInvoice ? { billing_reason: "renewal" } : {};
    const kind = isInvoice ? "subscription-invoices" : `${event_name.split("_")[0]}s`;
    const created_at = now.toISOString();
    const body = JSON.stringify({
      meta: { test_mode: true, event_name, custom_data: { student_id: "stu_1" } },
      data: {
        type: kind,
        id: "1",
        attributes: { ...attributes, status, created_at, updated_at: created_at, total: 4_900 },
      },
    });
    const headers = { "x-event-name": event_name };
    return { body, contentType: "application/json", headers };
  },
};

function describe(request: SignedRequest): ProviderDescription {
  const own = readRule(RULE, request);
  const attribute = (name: string) =>
    readPointer(readJson({ request }), `/data/attributes/${name}`);
  if (own.type === "order_created") {
    const status = attribute("status");
    return status === "paid" || typeof status !== "string"
      ? own
      : { ...own, type: `${own.type}.${status}` };
  }
  // The first payment of a subscription is also sent as an order: count it once.
  const isFirst =
    own.type === "subscription_payment_success" && attribute("billing_reason") === "initial";
  return isFirst ? { ...own, type: `${own.type}.initial` } : own;
}
