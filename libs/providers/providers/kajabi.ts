import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { readRule } from "../describe_event.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

/** Kajabi sends no events for course progress, or for payments that fail or are refunded. */
const CANONICAL = {
  payment_succeeded: "payment.success",
  "purchase.subscription": "subscription.created",
} as const;

/** `id` is not read: it is not documented what it identifies, and a webhook's id would make all events duplicates. */
const RULE = { type: { json: "/event" }, id: null };

/**
 * Kajabi documents no signature: the webhook's URL, which only the site's owner and Kajabi know, must contain the secret. It
 * proves who sent the request, but nothing about the body.
 */
export const kajabi: Provider = {
  id: "kajabi",
  name: "Kajabi",
  documentation: "https://developers.kajabi.com/api-reference/webhooks/payment-succeeded-sample",
  recipe: { kind: "shared_secret", scheme: "kajabi", from: { query: "token" } },
  describe,
  canonical: CANONICAL,
  // Not every event is documented to have a time, and nothing is sent twice.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: null,
    horizonMs: null,
    note: "The documentation mentions no retries: a request without an answer may be lost.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[\w.~-]{16,}$/,
    note: "chosen by you; the webhook's target_url ends with ?token= and this: 16 or more letters that need no escapes",
  },
  evidence: ["shared_secret"],
  sampleTypes: [...Object.keys(CANONICAL), "purchase"],

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const [event = own] = /^purchase(?=\.subscription$)/.exec(own) ?? [];
    const created_at = now.toISOString();
    const attributes = { amount_in_cents: 4_900, currency: "EUR", created_at };
    const payload = [
      event === "purchase"
        ? { id: "1", type: "purchases", attributes: { ...attributes, payment_type: "single" } }
        : { id: "1", type: "transactions", attributes: { ...attributes, state: "succeeded" } },
      { id: "1", type: "offers", attributes: { title: "Course", subscription: event !== own } },
      { id: "1", type: "customers", attributes: { name: "Ada", email: "student@example.com" } },
    ];
    return {
      body: JSON.stringify({ id: "hash_id", event, payload }),
      contentType: "application/json",
    };
  },
};

/** The purchase is in a list with items of several kinds; its offer says whether it is a subscription. */
function describe(request: SignedRequest): ProviderDescription {
  const own = readRule(RULE, request);
  if (own.type !== "purchase") return own;
  const payload = readPointer(readJson({ request }), "/payload");
  const things: readonly unknown[] = Array.isArray(payload) ? payload : [];
  const subscribes = things.some(
    (thing) =>
      readPointer(thing, "/type") === "offers" &&
      readPointer(thing, "/attributes/subscription") === true,
  );
  return subscribes ? { ...own, type: `${own.type}.subscription` } : own;
}
