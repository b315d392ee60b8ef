import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { readRule } from "../describe_event.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  "transaction.completed": "payment.success",
  "transaction.payment_failed": "payment.failed",
  "adjustment.updated.refund_approved": "payment.refunded",
  "adjustment.created.refund_approved": "payment.refunded",
  "subscription.created": "subscription.created",
  "subscription.canceled": "subscription.cancelled",
} as const;

const RULE = { type: { json: "/event_type" }, id: { json: "/event_id" } };

/** Paddle Billing. During a rotation there are several `h1`; the Node SDK reads only the last one. */
export const paddle: Provider = {
  id: "paddle",
  name: "Paddle",
  documentation: "https://developer.paddle.com/webhooks/signature-verification",
  recipe: {
    kind: "hmac",
    scheme: "paddle",
    signature: { header: "paddle-signature" },
    format: { kind: "pairs", delimiter: ";", key: "h1" },
    digest: "sha256",
    encoding: "hex",
    signed: ["timestamp", { literal: ":" }, "body"],
    // Five seconds, as in the official packages, which refuse only stale ones. A retry has its own time and signature, as
    // Paddle says in skills/webhooks/SKILL.md of https://github.com/PaddleHQ/paddle-agent-skills.
    timestamp: { from: { pair: "ts" }, unit: "s", pastSecondsMax: 5, futureSecondsMax: 5 },
  },
  describe,
  canonical: CANONICAL,
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 5_000,
  retries: {
    automatic: true,
    horizonMs: 3 * 86_400_000,
    note: "Sixty times within three days, twenty of them in the first hour; sandbox three times in 15 minutes.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^pdl_ntfset_[A-Za-z0-9]+_[A-Za-z0-9+/]+$/,
    note: "starts with pdl_ntfset_, one per notification destination",
    trial: (hex) => `pdl_ntfset_${hex.slice(0, 26)}_${hex.slice(26)}`,
  },
  evidence: ["sdk"],
  sampleTypes: Object.keys(CANONICAL),

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const [resource, verb] = own.split(".");
    const isRefund = own.endsWith(".refund_approved");
    const status = isRefund ? { action: "refund", status: "approved" } : { status: verb };
    const id = now.getTime().toString().padStart(26, "0");
    const body = JSON.stringify({
      event_id: `evt_${id}`,
      event_type: isRefund ? `${resource}.${verb}` : own,
      occurred_at: now.toISOString(),
      notification_id: `ntf_${id}`,
      data: { id: `${resource?.slice(0, 3)}_${id}`, currency_code: "EUR", ...status },
    });
    return { body, contentType: "application/json" };
  },
};

function describe(request: SignedRequest): ProviderDescription {
  const own = readRule(RULE, request);
  if (!own.type.startsWith("adjustment.")) return own;
  // Credits and chargebacks are adjustments, too, and most refunds need approval.
  const body = readJson({ request });
  const isApproved = readPointer(body, "/data/status") === "approved";
  const isRefund = readPointer(body, "/data/action") === "refund" && isApproved;
  return isRefund ? { ...own, type: `${own.type}.refund_approved` } : own;
}
