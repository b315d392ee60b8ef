// Original file: protos/hookgate/v1/admin.proto


/**
 * ResumeSubscriptionRequest names a subscription.
 */
export interface ResumeSubscriptionRequest {
  /**
   * Its name.
   */
  'name'?: (string);
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}

/**
 * ResumeSubscriptionRequest names a subscription.
 */
export interface ResumeSubscriptionRequest__Output {
  /**
   * Its name.
   */
  'name': (string);
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}
