import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { readRule } from "../describe_event.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

/** Kajabi sends nothing of a course's progress, and nothing of payments that fail or are given back. */
const CANONICAL = {
  payment_succeeded: "payment.success",
  "purchase.subscription": "subscription.created",
} as const;

/** `id` is not read: of which thing it is the id is not said, and a webhook's own would make all events one. */
const RULE = { type: { json: "/event" }, id: null };

/**
 * Kajabi documents no signature: the webhook's URL, which only the site's owner and Kajabi know, has to carry the
 * secret. It proves who sent the request, and nothing of the body.
 */
export const kajabi: Provider = {
  id: "kajabi",
  name: "Kajabi",
  documentation: "https://developers.kajabi.com/api-reference/webhooks/payment-succeeded-sample",
  recipe: { kind: "shared_secret", scheme: "kajabi", from: { query: "token" } },
  describe,
  canonical: CANONICAL,
  dedupeCovered: false,
  ackDeadlineMs: null,
  retries: {
    automatic: false,
    horizonMs: null,
    note: "The documentation says nothing of sending again: what is not answered may be lost.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[\w.~-]{16,}$/,
    note: "made up by you; the webhook's target_url ends with ?token= and it: 16 letters or more, none to be escaped",
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

/** What was bought is in a list of things of several kinds; its offer says whether it is a subscription. */
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
