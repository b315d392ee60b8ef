// Original file: protos/hookgate/v1/event.proto


/**
 * Skipped is a subscription whose types matched an event, but that did not get it.
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
 * Skipped is a subscription whose types matched an event, but that did not get it.
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
