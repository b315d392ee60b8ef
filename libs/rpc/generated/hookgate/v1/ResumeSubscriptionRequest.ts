// Original file: protos/hookgate/v1/admin.proto


/**
 * ResumeSubscriptionRequest names a subscription.
 */
export interface ResumeSubscriptionRequest {
  /**
   * Its name.
   */
  'name'?: (string);
}

/**
 * ResumeSubscriptionRequest names a subscription.
 */
export interface ResumeSubscriptionRequest__Output {
  /**
   * Its name.
   */
  'name': (string);
}
