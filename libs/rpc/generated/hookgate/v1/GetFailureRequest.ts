// Original file: protos/hookgate/v1/failure.proto


/**
 * GetFailureRequest names a group.
 */
export interface GetFailureRequest {
  /**
   * Its id.
   */
  'id'?: (string);
}

/**
 * GetFailureRequest names a group.
 */
export interface GetFailureRequest__Output {
  /**
   * Its id.
   */
  'id': (string);
}
