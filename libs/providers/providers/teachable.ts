import { readJson, readPointer, type SignedRequest, scalarText } from "@hookgate/signature";
import { batchType } from "../batch_type.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

/** `Sale.created` is not a payment: free products have it, too, and every charge has its own `Transaction.created`. */
const CANONICAL = {
  "Transaction.created": "payment.success",
  "Transaction.refunded": "payment.refunded",
  "Sale.subscription_canceled": "subscription.cancelled",
  "Enrollment.created": "course.enrolled",
  "Enrollment.completed": "course.completed",
  // Sections have no event: the lecture is the smallest unit with one.
  "LectureProgress.created": "module.completed",
  "Response.created": "assessment.submitted",
} as const;

/**
 * Teachable documents no signature: the webhook's URL, which only the school's owner and Teachable know, must contain the
 * secret. It proves who sent the request, but nothing about the body.
 */
export const teachable: Provider = {
  id: "teachable",
  name: "Teachable",
  documentation: "https://docs.teachable.com/docs/available-events",
  recipe: { kind: "shared_secret", scheme: "teachable", from: { query: "token" } },
  describe,
  canonical: CANONICAL,
  identity: { bodiesDiffer: [{ json: "/0/hook_event_id" }] },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: null,
    note: "A webhook that keeps failing becomes inactive, until it is created again.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[\w.~-]{16,}$/,
    note: "chosen by you; the webhook's URL ends with ?token= and this: 16 or more letters that need no escapes",
  },
  evidence: ["shared_secret"],
  sampleTypes: Object.keys(CANONICAL),

  sample(type, now) {
    const body = JSON.stringify({
      type: providerType(CANONICAL, type),
      id: 1_750_122_118,
      livemode: true,
      created: now.toISOString(),
      hook_event_id: now.getTime(),
      object: {
        id: 1_750_122_118,
        course_id: 2_966_495,
        course: { id: 2_966_495, name: "Introduction to Webhooks" },
        user: { id: 130_706_781, email: "student@example.com", name: "Ada Example" },
      },
    });
    return { body, contentType: "application/json" };
  },
};

/** A webhook can be set to send its event as a list of one. The id is `hook_event_id`: `id` is the object's. */
function describe(request: SignedRequest): ProviderDescription {
  const body = readJson({ request });
  const events: readonly unknown[] = Array.isArray(body) ? body : [body];
  const type = batchType(events.map((event) => readPointer(event, "/type")));
  const id = events.length === 1 ? scalarText(readPointer(events[0], "/hook_event_id")) : null;
  return { type, providerEventId: id ?? "", readable: type !== "" };
}
