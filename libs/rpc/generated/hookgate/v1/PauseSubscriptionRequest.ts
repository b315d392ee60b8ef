// Original file: protos/hookgate/v1/admin.proto


/**
 * PauseSubscriptionRequest names a subscription.
 */
export interface PauseSubscriptionRequest {
  /**
   * Its name.
   */
  'name'?: (string);
  /**
   * Why.
   */
  'reason'?: (string);
}

/**
 * PauseSubscriptionRequest names a subscription.
 */
export interface PauseSubscriptionRequest__Output {
  /**
   * Its name.
   */
  'name': (string);
  /**
   * Why.
   */
  'reason': (string);
}
