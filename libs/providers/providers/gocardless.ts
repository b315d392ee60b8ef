import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { BATCH_EVENTS_MAX, batchType } from "../batch_type.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  "payments.confirmed": "payment.success",
  "payments.failed": "payment.failed",
  "refunds.paid": "payment.refunded",
  "subscriptions.created": "subscription.created",
  "subscriptions.cancelled": "subscription.cancelled",
} as const;

/**
 * GoCardless sends up to 250 events in one request. The request has their type if it is the same for all, else `mixed`:
 * subscribers that want every payment must read those, too.
 */
export const gocardless: Provider = {
  id: "gocardless",
  name: "GoCardless",
  documentation:
    "https://developer.gocardless.com/getting-started/staying-up-to-date-with-webhooks",
  recipe: {
    kind: "hmac",
    scheme: "gocardless",
    signature: { header: "webhook-signature" },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  describe,
  canonical: CANONICAL,
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: null,
    note: "Without a 2xx; by hand from its dashboard.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the webhook endpoint's secret, as its dashboard shows it" },
  evidence: ["sdk", "example"],
  sampleTypes: [...Object.keys(CANONICAL), "mandates.cancelled", "mixed"],

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const types = own === "mixed" ? ["payments.confirmed", "payouts.paid"] : [own];
    const id = now.getTime().toString(36).toUpperCase().padStart(12, "0");
    const events = types.map((name, index) => {
      const at = name.indexOf(".");
      return {
        id: `EV${id}${index}`,
        created_at: now.toISOString(),
        resource_type: name.slice(0, Math.max(at, 0)),
        action: name.slice(at + 1),
        links: {},
        details: { origin: "gocardless", cause: "example", description: "An example" },
        metadata: {},
      };
    });
    const body = JSON.stringify({ events, meta: { webhook_id: `WB${id}` } });
    return { body, contentType: "application/json" };
  },
};

function describe(request: SignedRequest): ProviderDescription {
  const body = readJson({ request });
  const list = readPointer(body, "/events");
  const events = Array.isArray(list) && list.length <= BATCH_EVENTS_MAX ? list : [];
  const type = batchType(events.map(eventType));
  // An event keeps its id when it is sent again; a request with several is identified by its own id.
  const id = readPointer(body, events.length === 1 ? "/events/0/id" : "/meta/webhook_id");
  return { type, providerEventId: typeof id === "string" ? id : "", readable: type !== "" };
}

function eventType(event: unknown): string {
  const parts = [readPointer(event, "/resource_type"), readPointer(event, "/action")];
  const texts = parts.filter((part) => typeof part === "string" && part !== "");
  return texts.length === 2 ? texts.join(".") : "";
}
