// Original file: protos/hookgate/v1/event.proto


/**
 * Skipped is a subscription whose types matched an event that it did not get.
 */
export interface Skipped {
  /**
   * Name of the subscription.
   */
  'subscription'?: (string);
  /**
   * Why.
   */
  'reason'?: (string);
}

/**
 * Skipped is a subscription whose types matched an event that it did not get.
 */
export interface Skipped__Output {
  /**
   * Name of the subscription.
   */
  'subscription': (string);
  /**
   * Why.
   */
  'reason': (string);
}
