// Original file: protos/hookgate/v1/admin.proto


/**
 * VerifyQuarantinedRequest names refused requests.
 */
export interface VerifyQuarantinedRequest {
  /**
   * Their ids, at most 1,000.
   */
  'ids'?: (string)[];
  /**
   * Stores and dispatches what verifies.
   */
  'release'?: (boolean);
}

/**
 * VerifyQuarantinedRequest names refused requests.
 */
export interface VerifyQuarantinedRequest__Output {
  /**
   * Their ids, at most 1,000.
   */
  'ids': (string)[];
  /**
   * Stores and dispatches what verifies.
   */
  'release': (boolean);
}
