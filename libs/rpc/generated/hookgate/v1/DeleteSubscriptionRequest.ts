// Original file: protos/hookgate/v1/admin.proto


/**
 * DeleteSubscriptionRequest names a subscription.
 */
export interface DeleteSubscriptionRequest {
  /**
   * Name of the subscription.
   */
  'name'?: (string);
  /**
   * Why, for the record; at most 500 characters.
   */
  'reason'?: (string);
}

/**
 * DeleteSubscriptionRequest names a subscription.
 */
export interface DeleteSubscriptionRequest__Output {
  /**
   * Name of the subscription.
   */
  'name': (string);
  /**
   * Why, for the record; at most 500 characters.
   */
  'reason': (string);
}
