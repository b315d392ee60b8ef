/** The nine event types named by the specification, in its order. */
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

/** One of the specification's nine types. */
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

/** The specification's event: the body of a `generic` webhook, parsed after verification. */
export interface WebhookEvent<T = unknown> {
  /** One of {@linkcode WEBHOOK_EVENT_TYPES}, a provider's own name, or `unknown` if the body names none. */
  type: WebhookEventType | (string & {});
  /** When it happened, in the provider's format; ISO 8601 for `generic`. */
  timestamp: string;
  /** The provider's payload. */
  data: T;
  /** The verified signature, without its prefix. */
  signature?: string;
}

/** The specification's settings of one HTTP endpoint. */
export interface WebhookConfig {
  /** Absolute URL that deliveries are posted to. */
  endpoint: string;
  /** Signs deliveries. */
  secret: string;
  /** Wanted types, exact or with `*`, such as `payment.*`. */
  events: readonly string[];
  /** Tries after the first one. */
  retries: number;
  /** Time for one whole exchange, in milliseconds. */
  timeout: number;
}

/** The specification's retry settings. */
export interface RetryConfig {
  /** Tries after the first one: 3 means four tries in all. */
  maxAttempts: number;
  backoff: {
    /** Wait before the first retry, in milliseconds. */
    initial: number;
    /** Each wait is the one before times this. */
    factor: number;
    /** Longest wait, in milliseconds. */
    maxDelay: number;
  };
}

/** The specification's counts over a window of time. */
export interface WebhookMetrics {
  /** Events stored, not counting duplicates. */
  received: number;
  /** Deliveries that ended delivered. */
  processed: number;
  /** Deliveries that ended dead. */
  failed: number;
  /** Failed attempts that will be retried. */
  retried: number;
  /** Mean duration of successful attempts, in milliseconds; 0 if there were none. */
  avgProcessingTime: number;
}

/** The specification's health report; `readHealth` in the dispatcher documents the thresholds. */
export interface WebhookHealth {
  status: "healthy" | "degraded" | "unhealthy";
  /** When a delivery last ended delivered, ISO 8601; null if none has. */
  lastProcessed: string | null;
  /** Failed attempts as a share of all attempts in the window, 0 to 1. */
  failureRate: number;
  /** Deliveries waiting or running, counted up to {@linkcode QUEUE_SIZE_MAX}. */
  queueSize: number;
}

/** Counting the queue stops here: a longer queue is reported as this number. */
export const QUEUE_SIZE_MAX = 100_000;
