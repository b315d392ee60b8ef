// Original file: protos/hookgate/v1/admin.proto


/**
 * ChangeSubscriptionResponse is the filter now.
 */
export interface ChangeSubscriptionResponse {
  /**
   * Types.
   */
  'types'?: (string)[];
  /**
   * Sources.
   */
  'sources'?: (string)[];
  /**
   * Whether the call has changed it.
   */
  'changed'?: (boolean);
}

/**
 * ChangeSubscriptionResponse is the filter now.
 */
export interface ChangeSubscriptionResponse__Output {
  /**
   * Types.
   */
  'types': (string)[];
  /**
   * Sources.
   */
  'sources': (string)[];
  /**
   * Whether the call has changed it.
   */
  'changed': (boolean);
}
