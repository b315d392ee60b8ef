/** The specification's health report; the thresholds are documented at `readHealth` in the dispatcher. */
export interface WebhookHealth {
  status: "healthy" | "degraded" | "unhealthy";
  /** When a delivery last ended delivered, ISO 8601; null where none has yet. */
  lastProcessed: string | null;
  /** Failed attempts as a share of all attempts in the window, 0 to 1. */
  failureRate: number;
  /** Deliveries waiting or running; counted up to {@linkcode QUEUE_SIZE_MAX}. */
  queueSize: number;
}

/** Where counting the queue stops: a larger queue is reported as this number. */
export const QUEUE_SIZE_MAX = 100_000;
