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
   * Store and deliver requests that verify.
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
   * Store and deliver requests that verify.
   */
  'release': (boolean);
}
