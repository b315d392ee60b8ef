// Original file: protos/hookgate/v1/doctor.proto


/**
 * OpenTrialRequest says why.
 */
export interface OpenTrialRequest {
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}

/**
 * OpenTrialRequest says why.
 */
export interface OpenTrialRequest__Output {
  /**
   * Why, for the audit log; at most 500 characters.
   */
  'reason'?: (string);
  '_reason'?: "reason";
}
