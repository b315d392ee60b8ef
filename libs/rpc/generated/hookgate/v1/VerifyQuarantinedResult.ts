// Original file: protos/hookgate/v1/admin.proto


/**
 * VerifyQuarantinedResult is the result for one.
 */
export interface VerifyQuarantinedResult {
  /**
   * Id of the refused request.
   */
  'id'?: (string);
  /**
   * "verified", "released", "already_stored", "already_released", "not_found", or why it is still refused.
   */
  'outcome'?: (string);
  /**
   * Its event: the new one, or the one stored before.
   */
  'eventId'?: (string);
}

/**
 * VerifyQuarantinedResult is the result for one.
 */
export interface VerifyQuarantinedResult__Output {
  /**
   * Id of the refused request.
   */
  'id': (string);
  /**
   * "verified", "released", "already_stored", "already_released", "not_found", or why it is still refused.
   */
  'outcome': (string);
  /**
   * Its event: the new one, or the one stored before.
   */
  'eventId': (string);
}
