// Original file: protos/hookgate/v1/admin.proto


/**
 * GetQuarantinedRequest names a refused request.
 */
export interface GetQuarantinedRequest {
  /**
   * Its id.
   */
  'id'?: (string);
}

/**
 * GetQuarantinedRequest names a refused request.
 */
export interface GetQuarantinedRequest__Output {
  /**
   * Its id.
   */
  'id': (string);
}
