// Original file: protos/hookgate/v1/failure.proto


/**
 * AcknowledgeFailureRequest names a group.
 */
export interface AcknowledgeFailureRequest {
  /**
   * Its id.
   */
  'id'?: (string);
  /**
   * Why, or who looks at it; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}

/**
 * AcknowledgeFailureRequest names a group.
 */
export interface AcknowledgeFailureRequest__Output {
  /**
   * Its id.
   */
  'id': (string);
  /**
   * Why, or who looks at it; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}
