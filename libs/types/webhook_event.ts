/** The nine event types that the specification names, in its order. */
export const WEBHOOK_EVENT_TYPES = [
  "payment.success",
  "payment.failed",
  "payment.refunded",
  "subscription.created",
  "subscription.cancelled",
  "course.enrolled",
  "course.completed",
  "module.completed",
  "assessment.submitted",
] as const;

/** One of the nine types of the specification. */
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

/** The specification's event: the body of a `generic` webhook, parsed after it was verified. */
export interface WebhookEvent<T = unknown> {
  /** One of {@linkcode WEBHOOK_EVENT_TYPES}, a provider's own name, or `unknown` where the body names none. */
  type: WebhookEventType | (string & {});
  /** When the provider says it happened, as the provider wrote it; ISO 8601 for `generic`. */
  timestamp: string;
  /** The provider's payload. */
  data: T;
  /** The signature that was verified, without its prefix. */
  signature?: string;
}
