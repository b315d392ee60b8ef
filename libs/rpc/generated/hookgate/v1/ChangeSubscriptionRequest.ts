// Original file: protos/hookgate/v1/admin.proto


/**
 * ChangeSubscriptionRequest names a subscription and its new filter.
 */
export interface ChangeSubscriptionRequest {
  /**
   * Name of the subscription.
   */
  'name'?: (string);
  /**
   * Types to receive, exact or with * for any characters; empty leaves them as they are.
   */
  'types'?: (string)[];
  /**
   * Sources to receive from, in the same way.
   */
  'sources'?: (string)[];
  /**
   * Why, for the record; at most 500 characters.
   */
  'reason'?: (string);
}

/**
 * ChangeSubscriptionRequest names a subscription and its new filter.
 */
export interface ChangeSubscriptionRequest__Output {
  /**
   * Name of the subscription.
   */
  'name': (string);
  /**
   * Types to receive, exact or with * for any characters; empty leaves them as they are.
   */
  'types': (string)[];
  /**
   * Sources to receive from, in the same way.
   */
  'sources': (string)[];
  /**
   * Why, for the record; at most 500 characters.
   */
  'reason': (string);
}
