// Original file: protos/hookgate/v1/failure.proto


/**
 * ResolveFailureRequest names a group.
 */
export interface ResolveFailureRequest {
  /**
   * Its id.
   */
  'id'?: (string);
  /**
   * Why; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}

/**
 * ResolveFailureRequest names a group.
 */
export interface ResolveFailureRequest__Output {
  /**
   * Its id.
   */
  'id': (string);
  /**
   * Why; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}
