/** The specification's counts over a window of time. */
export interface WebhookMetrics {
  /** Events stored, duplicates not counted. */
  received: number;
  /** Deliveries that ended delivered. */
  processed: number;
  /** Deliveries that ended dead. */
  failed: number;
  /** Attempts that failed and will be tried again. */
  retried: number;
  /** Mean time of the attempts that succeeded, in milliseconds; 0 where there were none. */
  avgProcessingTime: number;
}
