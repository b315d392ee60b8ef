// Original file: protos/hookgate/v1/admin.proto


/**
 * RevokeEnrolmentRequest names a source.
 */
export interface RevokeEnrolmentRequest {
  /**
   * Name of the source.
   */
  'source'?: (string);
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}

/**
 * RevokeEnrolmentRequest names a source.
 */
export interface RevokeEnrolmentRequest__Output {
  /**
   * Name of the source.
   */
  'source': (string);
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}
