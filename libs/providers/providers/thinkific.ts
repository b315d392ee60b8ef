import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { readRule } from "../describe_event.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  "order_transaction.succeeded": "payment.success",
  "order_transaction.failed": "payment.failed",
  "order_transaction.refunded": "payment.refunded",
  // An order may be free, and a paid one has a transaction event: so of orders only the start of a subscription counts.
  "order.created.subscription": "subscription.created",
  "subscription.cancelled": "subscription.cancelled",
  // The topic is spelled with two l, the action in its example payload with one.
  "subscription.canceled": "subscription.cancelled",
  "enrollment.created": "course.enrolled",
  "enrollment.completed": "course.completed",
  // Chapters have no event: the lesson is the smallest unit with one.
  "lesson.completed": "module.completed",
  "quiz.attempted": "assessment.submitted",
} as const;

const RULE = { type: { json: "/resource" }, id: { json: "/id" } };

/**
 * Thinkific signs the body with the site's API key, or with an app's client secret. Its transaction and subscription topics
 * are sent only for Thinkific Payments, not for the school's own Stripe or PayPal accounts.
 */
export const thinkific: Provider = {
  id: "thinkific",
  name: "Thinkific",
  documentation: "https://developers.thinkific.com/api/using-webhooks/",
  recipe: {
    kind: "hmac",
    scheme: "thinkific",
    signature: { header: "x-thinkific-hmac-sha256" },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  describe,
  canonical: CANONICAL,
  // The id is a time with nanoseconds, which two servers may share.
  identity: { bodiesDiffer: false, idUnique: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: null,
    note:
      "Without a 200, for an undocumented time. The documentation says only of webhooks created through the API " +
      "that they are signed.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: null,
    note: "the site's API key, or the client secret of the app that created the webhook",
  },
  evidence: ["formula"],
  sampleTypes: Object.keys(CANONICAL),

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const [resource = "", action = "", ...detail] = own.split(".");
    const at = now.toISOString();
    const course = { id: 68, name: "Introduction to Webhooks" };
    const user = { id: 94, email: "student@example.com", first_name: "Ada", last_name: "Example" };
    const order = detail.length === 0 ? {} : { payment_type: detail.join("."), status: "Complete" };
    const body = JSON.stringify({
      id: at.replace(/\D/g, ""),
      resource,
      action,
      tenant_id: "59",
      created_at: at,
      payload: { id: 3, course_id: course.id, course, user, created_at: at, ...order },
    });
    return { body, contentType: "application/json" };
  },
};

/** The topic, such as `enrollment.created`, is in two places; for a new order the kind of payment says what it started. */
function describe(request: SignedRequest): ProviderDescription {
  const { type: resource, providerEventId } = readRule(RULE, request);
  const body = readJson({ request });
  const action = readPointer(body, "/action");
  if (resource === "" || typeof action !== "string") {
    return { type: resource, providerEventId, readable: false };
  }
  const topic = [resource, action].filter((part) => part !== "").join(".");
  const subscribes =
    topic === "order.created" && readPointer(body, "/payload/payment_type") === "subscription";
  return { type: subscribes ? `${topic}.subscription` : topic, providerEventId, readable: true };
}
