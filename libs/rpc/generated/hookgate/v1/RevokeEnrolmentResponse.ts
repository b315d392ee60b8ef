// Original file: protos/hookgate/v1/admin.proto


/**
 * RevokeEnrolmentResponse says what was forgotten.
 */
export interface RevokeEnrolmentResponse {
  /**
   * Secrets that no longer verify.
   */
  'secrets'?: (number);
}

/**
 * RevokeEnrolmentResponse says what was forgotten.
 */
export interface RevokeEnrolmentResponse__Output {
  /**
   * Secrets that no longer verify.
   */
  'secrets': (number);
}
