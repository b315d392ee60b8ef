// Original file: protos/hookgate/v1/admin.proto


/**
 * VerifyQuarantinedResult says what became of one.
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
   * The event it became, or that was stored before.
   */
  'eventId'?: (string);
}

/**
 * VerifyQuarantinedResult says what became of one.
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
   * The event it became, or that was stored before.
   */
  'eventId': (string);
}
