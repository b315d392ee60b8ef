import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { readRule } from "../describe_event.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

/** LearnWorlds sends no events for modules or assessments, or for payments that fail or are refunded. */
const CANONICAL = {
  paymentCreated: "payment.success",
  "subscriptionPaymentPlanBought.subscription_started": "subscription.created",
  "subscriptionPaymentPlanCanceled.subscription_cancelled": "subscription.cancelled",
  enrolledFreeCourse: "course.enrolled",
  // A purchase also sends a payment event; for a course, this event is the enrolment.
  "productBought.course": "course.enrolled",
  courseCompleted: "course.completed",
} as const;

const RULE = { type: { json: "/type" }, id: null };

/**
 * What LearnWorlds calls a signature is the same text in every request: it proves who sent it, but nothing about the body.
 * There is no id, so duplicates are found by the body's digest.
 */
export const learnworlds: Provider = {
  id: "learnworlds",
  name: "LearnWorlds",
  documentation: "https://www.learnworlds.dev/docs/api",
  recipe: {
    kind: "shared_secret",
    scheme: "learnworlds",
    from: { header: "learnworlds-webhook-signature" },
    prefix: "v1=",
  },
  describe,
  canonical: CANONICAL,
  // A tag that is added, removed and added again has the same bytes, and nothing is sent twice.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: null,
    horizonMs: null,
    note: "The documentation mentions no retries.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^(?!v1=)[0-9a-f]+$/,
    note: "the webhook signature at Settings, Developers, Webhooks: hexadecimal digits, without v1=",
  },
  evidence: ["shared_secret", "example"],
  sampleTypes: Object.keys(CANONICAL),

  sample(type, now) {
    const [own = "", detail] = providerType(CANONICAL, type).split(".");
    const created = now.getTime() / 1_000;
    const product = { id: "webhooks", name: "Introduction to Webhooks", type: "course" };
    const body = JSON.stringify({
      version: 2,
      type: own,
      trigger: detail === undefined || detail === product.type ? "new_purchase" : detail,
      school_id: "60004a6de11ac0798538ccc2",
      data: {
        course: { id: product.id, title: product.name },
        payment: { id: "61963baafbbd1d36c777b493", created, price: 49, product },
        user: { id: "618e6db9cfb2226fe229d927", email: "student@example.com", username: "ada" },
      },
    });
    return { body, contentType: "application/json" };
  },
};

/** For a subscription or instalment the trigger says which; for a product, its kind. */
function describe(request: SignedRequest): ProviderDescription {
  const own = readRule(RULE, request);
  const body = readJson({ request });
  const detail = own.type.startsWith("subscriptionPaymentPlan")
    ? readPointer(body, "/trigger")
    : own.type === "productBought"
      ? readPointer(body, "/data/payment/product/type")
      : undefined;
  return typeof detail === "string" ? { ...own, type: `${own.type}.${detail}` } : own;
}
