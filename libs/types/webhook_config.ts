/** The specification's settings of one HTTP endpoint. */
export interface WebhookConfig {
  /** Where deliveries are posted, an absolute URL. */
  endpoint: string;
  /** What deliveries are signed with. */
  secret: string;
  /** Types that are wanted, exact or as a pattern such as `payment.*`. */
  events: readonly string[];
  /** Tries after the first one. */
  retries: number;
  /** Time for one whole exchange, in milliseconds. */
  timeout: number;
}
